#include "core/dist/post.h"

#include <fmt/core.h>

#include <algorithm>
#include <string>
#include <type_traits>
#include <utility>

#include "core/dist/patience.h"

namespace alexnet {
namespace {

// Signs of life in the time that a rank may be silent for.
constexpr int kBeats = 8;
// For the news of a failure to be sent: the receiver may be the one that died.
constexpr auto kFarewell = std::chrono::seconds(1);

double Seconds(std::chrono::milliseconds time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

Post::Post(Transport& transport, const CommLimits& limits)
    : transport_(transport), limits_(limits) {}

Status Post::Start() {
  static_assert(std::is_trivially_copyable_v<Note> && sizeof(Note) == 512);
  const int size = transport_.size();
  beaten_ = looked_ = Clock::now();
  for (int rank = 0; rank < size; ++rank) {
    const bool self = rank == transport_.rank();
    peers_.push_back(self ? nullptr : std::make_unique<Peer>());
  }
  for (int rank = 0; rank < size; ++rank) {
    if (peers_[rank] == nullptr) continue;
    peers_[rank]->heard = looked_;
    ALEXNET_RETURN_IF_ERROR(Listen(rank));
  }
  return Status();
}

Status Post::Listen(int rank) {
  Peer& peer = *peers_[rank];
  return transport_.Receive(rank, Transport::Lane::kControl, &peer.incoming,
                            sizeof(Note), &peer.request);
}

Status Post::Send(int to, const Note& note) {
  if (unused_.empty()) unused_.push_back(std::make_unique<Outgoing>());
  sending_.push_back(std::move(unused_.back()));
  unused_.pop_back();
  Outgoing& outgoing = *sending_.back();
  outgoing.note = note;
  outgoing.to = to;
  return transport_.Send(to, Transport::Lane::kControl, &outgoing.note,
                         sizeof(Note), &outgoing.request);
}

Status Post::Announce(std::span<const int> peers, const Operation& operation) {
  if (failed_) return Fail(Failure());
  for (const int peer : peers) {
    Note note;
    note.kind = Note::Kind::kOperation;
    note.signature = SignatureOf(operation, peer);
    const Status status = Send(peer, note);
    if (!status.ok()) return Fail(status);
  }
  return Status();
}

Status Post::Agree(std::span<const int> peers, const Operation& operation) {
  const Clock::time_point start = Clock::now();
  Patience patience;
  for (const int rank : peers) {
    Peer& peer = *peers_[rank];
    const Signature mine = SignatureOf(operation, rank);
    while (peer.announced.empty()) {
      ALEXNET_RETURN_IF_ERROR(Progress());
      if (!peer.announced.empty()) break;
      if (peer.left) {
        return Fail(EndedError(rank, transport_.rank(), Describe(mine, rank)));
      }
      if (Clock::now() - start > limits_.late) {
        return Fail(LateError(rank, transport_.rank(), Describe(mine, rank),
                              limits_.late));
      }
      patience.Rest();
    }
    const Signature theirs = peer.announced.front();
    peer.announced.pop_front();
    if (!mine.Fits(theirs)) {
      return Fail(MismatchError(transport_.rank(), mine, rank, theirs));
    }
  }
  return Status();
}

Status Post::Await(std::span<Transport::Request> requests) {
  Patience patience;
  for (Transport::Request& request : requests) {
    while (request.handle != 0) {
      const Result<bool> done = transport_.Test(&request);
      if (!done.ok()) return Fail(done.status());
      if (done.value()) break;
      ALEXNET_RETURN_IF_ERROR(Progress());
      patience.Rest();
    }
  }
  return Status();
}

Status Post::Progress() {
  if (failed_) return Fail(Failure());
  for (int rank = 0; rank < transport_.size(); ++rank) {
    if (peers_[rank] == nullptr) continue;
    const Status status = Read(rank);
    if (!status.ok()) return Fail(status);
  }
  if (failed_) return Fail(Failure());
  const Clock::time_point now = Clock::now();
  Status status = Deliver();
  if (status.ok()) status = Beat(now);
  if (status.ok()) status = FindSilent(now);
  return status.ok() ? status : Fail(status);
}

Status Post::Read(int rank) {
  Peer& peer = *peers_[rank];
  while (peer.request.handle != 0) {
    ALEXNET_ASSIGN_OR_RETURN(const bool done, transport_.Test(&peer.request));
    if (!done) return Status();
    peer.heard = Clock::now();
    const Note& note = peer.incoming;
    switch (note.kind) {
      case Note::Kind::kBeat:
        break;
      case Note::Kind::kOperation:
        peer.announced.push_back(note.signature);
        break;
      case Note::Kind::kFailure:
        told_ = true;  // by the rank that failed
        return Abort(Status(static_cast<StatusCode>(note.code), note.text));
      case Note::Kind::kGoodbye:
        peer.left = true;
        return Status();
    }
    ALEXNET_RETURN_IF_ERROR(Listen(rank));
  }
  return Status();
}

Status Post::Deliver() {
  for (size_t i = 0; i < sending_.size();) {
    ALEXNET_ASSIGN_OR_RETURN(const bool done,
                             transport_.Test(&sending_[i]->request));
    if (!done) {
      ++i;
      continue;
    }
    if (sending_[i]->note.kind == Note::Kind::kBeat) {
      peers_[sending_[i]->to]->beating = false;
    }
    std::swap(sending_[i], sending_.back());
    unused_.push_back(std::move(sending_.back()));
    sending_.pop_back();
  }
  return Status();
}

Status Post::Beat(Clock::time_point now) {
  // Who has heard the goodbye does not listen any more.
  if (leaving_ || now - beaten_ < limits_.silent / kBeats) return Status();
  beaten_ = now;
  for (int rank = 0; rank < transport_.size(); ++rank) {
    Peer* const peer = peers_[rank].get();
    if (peer == nullptr || peer->beating) continue;
    peer->beating = true;
    ALEXNET_RETURN_IF_ERROR(Send(rank, Note()));
  }
  return Status();
}

Status Post::FindSilent(Clock::time_point now) {
  // After a stop of this process, what others said meanwhile has yet to come.
  const bool stopped = now - looked_ > limits_.silent / 2;
  looked_ = now;
  for (int rank = 0; rank < transport_.size(); ++rank) {
    Peer* const peer = peers_[rank].get();
    if (peer == nullptr || peer->left) continue;
    if (stopped) peer->heard = now;
    if (now - peer->heard <= limits_.silent) continue;
    return DeadlineExceededError(fmt::format(
        "rank {} gave rank {} no sign of life for {} s: it died, was stopped, "
        "or cannot be reached",
        rank, transport_.rank(), Seconds(limits_.silent)));
  }
  return Status();
}

Status Post::Abort(const Status& why) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.ok()) failure_ = why;
  failed_ = true;
  return failure_;
}

Status Post::Failure() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return failure_;
}

Status Post::Fail(const Status& why) {
  const Status failure = Abort(why);
  if (told_) return failure;
  told_ = true;
  Note note;
  note.kind = Note::Kind::kFailure;
  note.code = static_cast<int32_t>(failure.code());
  const std::string text = failure.ToString();
  text.copy(note.text, sizeof(note.text) - 1);
  for (int rank = 0; rank < static_cast<int>(peers_.size()); ++rank) {
    // Those that have left listen as well. One may be beyond reach.
    if (peers_[rank] != nullptr) static_cast<void>(Send(rank, note).ok());
  }
  Flush();
  return failure;
}

void Post::Flush() {
  const Clock::time_point start = Clock::now();
  Patience patience;
  while (!sending_.empty() && Clock::now() - start < kFarewell) {
    if (!Deliver().ok()) return;
    patience.Rest();
  }
}

Status Post::Leave() {
  if (failed_) return Fail(Failure());
  leaving_ = true;
  Note note;
  note.kind = Note::Kind::kGoodbye;
  for (int rank = 0; rank < transport_.size(); ++rank) {
    if (peers_[rank] == nullptr) continue;
    const Status status = Send(rank, note);
    if (!status.ok()) return Fail(status);
  }
  const auto first_present = [this] {
    return std::find_if(peers_.begin(), peers_.end(), [](const auto& peer) {
      return peer != nullptr && !peer->left;
    });
  };
  const Clock::time_point start = Clock::now();
  Patience patience;
  while (first_present() != peers_.end() || !sending_.empty()) {
    ALEXNET_RETURN_IF_ERROR(Progress());
    const auto present = first_present();
    if (present != peers_.end() && Clock::now() - start > limits_.late) {
      return Fail(LateError(static_cast<int>(present - peers_.begin()),
                            transport_.rank(), "the end", limits_.late));
    }
    patience.Rest();
  }
  return Status();
}

}  // namespace alexnet
