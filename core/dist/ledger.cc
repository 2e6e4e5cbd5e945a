#include "core/dist/ledger.h"

#include <cstddef>

namespace alexnet {

Ledger::Ledger(int size)
    : size_(size),
      waiting_(static_cast<size_t>(size) * static_cast<size_t>(size)),
      left_(static_cast<size_t>(size)) {}

Status Ledger::Enter(int rank, const Operation& operation, Time now) {
  FindPeers(operation, rank, size_, &peers_);
  for (const int peer : peers_) {
    const Signature mine = SignatureOf(operation, peer);
    std::deque<Entry>& theirs = Waiting(peer, rank);
    if (theirs.empty()) {
      if (left_[static_cast<size_t>(peer)]) {
        return EndedError(peer, rank, Describe(mine, peer));
      }
      Waiting(rank, peer).push_back({mine, now});
      continue;
    }
    const Signature other = theirs.front().signature;
    theirs.pop_front();
    if (!mine.Fits(other)) return MismatchError(rank, mine, peer, other);
  }
  return Status();
}

Status Ledger::Leave(int rank) {
  left_[static_cast<size_t>(rank)] = true;
  for (int peer = 0; peer < size_; ++peer) {
    const std::deque<Entry>& waiting = Waiting(peer, rank);
    if (waiting.empty()) continue;
    return EndedError(rank, peer, Describe(waiting.front().signature, rank));
  }
  return Status();
}

Status Ledger::CheckTime(Time now, std::chrono::milliseconds late) const {
  for (int from = 0; from < size_; ++from) {
    for (int to = 0; to < size_; ++to) {
      const std::deque<Entry>& waiting = Waiting(from, to);
      if (waiting.empty() || now - waiting.front().time <= late) continue;
      return LateError(to, from, Describe(waiting.front().signature, to), late);
    }
  }
  return Status();
}

}  // namespace alexnet
