#include "core/dist/meeting.h"

#include <thread>

namespace alexnet {
namespace {

// Between looks at the clock.
constexpr int kPauses = 32;
// Waking a thread costs more than a small operation.
constexpr auto kAwake = std::chrono::microseconds(30);
constexpr int kNone = -1;

// Until its end, also by an exception.
class AtWork {
 public:
  explicit AtWork(std::atomic<bool>* working) : working_(*working) {
    working_ = true;
  }
  ~AtWork() { working_ = false; }
  AtWork(const AtWork&) = delete;
  AtWork& operator=(const AtWork&) = delete;

 private:
  std::atomic<bool>& working_;
};

}  // namespace

Meeting::Meeting(int size, std::chrono::milliseconds late)
    : size_(size),
      late_(late),
      links_(static_cast<size_t>(size) * static_cast<size_t>(size)),
      ranks_(static_cast<size_t>(size)) {}

Status Meeting::Meet(int rank, std::span<const int> peers,
                     const Operation& operation) {
  for (const int peer : peers) LinkOf(rank, peer).operation = operation;
  ALEXNET_RETURN_IF_ERROR(Step(rank, peers, operation));
  for (const int peer : peers) {
    const Signature mine = SignatureOf(operation, peer);
    const Signature theirs = SignatureOf(OperationOf(peer, rank), rank);
    if (!mine.Fits(theirs)) {
      const Status failure = Abort(MismatchError(rank, mine, peer, theirs));
      AwaitWorkers();
      return failure;
    }
  }
  return Status();
}

const Operation& Meeting::OperationOf(int peer, int rank) const {
  return links_[static_cast<size_t>(peer * size_ + rank)].operation;
}

Status Meeting::Work(int rank, const std::function<void()>& work) {
  bool failed = false;
  {
    // Either this sees the failure, or who failed sees that this is at work.
    const AtWork at_work(&ranks_[rank].working);
    failed = failed_;
    if (!failed) work();
  }
  if (!failed) return Status();
  AwaitWorkers();
  return Failure();
}

Status Meeting::Part(int rank, std::span<const int> peers) {
  if (peers.empty()) return Status();
  return Step(rank, peers, LinkOf(rank, peers[0]).operation);
}

Status Meeting::Step(int rank, std::span<const int> peers,
                     const Operation& operation) {
  for (const int peer : peers) ++LinkOf(rank, peer).steps;
  Wake();
  const Status status = AwaitStep(rank, peers, operation);
  if (!status.ok()) AwaitWorkers();
  return status;
}

Status Meeting::AwaitStep(int rank, std::span<const int> peers,
                          const Operation& operation) {
  const auto settled = [&] { return Missing(rank, peers) < 0 || failed_; };
  const auto start = std::chrono::steady_clock::now();
  do {
    for (int i = 0; i < kPauses; ++i) {
      if (settled()) return Outcome(rank, peers);
      __builtin_ia32_pause();
    }
  } while (std::chrono::steady_clock::now() - start < kAwake);

  std::unique_lock<std::mutex> lock(mutex_);
  ++asleep_;
  changed_->wait_until(lock, start + late_,
                       [&] { return settled() || Gone(rank, peers) >= 0; });
  --asleep_;
  lock.unlock();
  if (settled()) return Outcome(rank, peers);
  const int gone = Gone(rank, peers);
  const int missing = gone >= 0 ? gone : Missing(rank, peers);
  if (missing < 0) return Status();
  const std::string what = Describe(SignatureOf(operation, missing), missing);
  return Abort(gone >= 0 ? EndedError(gone, rank, what)
                         : LateError(missing, rank, what, late_));
}

int Meeting::Gone(int rank, std::span<const int> peers) {
  for (const int peer : peers) {
    // Asked in this order, since a rank takes its last step and then leaves.
    if (!ranks_[peer].left) continue;
    if (LinkOf(peer, rank).steps < LinkOf(rank, peer).steps) return peer;
  }
  return kNone;
}

int Meeting::Missing(int rank, std::span<const int> peers) {
  for (const int peer : peers) {
    if (LinkOf(peer, rank).steps < LinkOf(rank, peer).steps) return peer;
  }
  return kNone;
}

Status Meeting::Abort(const Status& why) {
  Status first;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failure_.ok()) failure_ = why;
    first = failure_;
    failed_ = true;
    changed_->notify_all();
  }
  return first;
}

void Meeting::Leave(int rank) {
  ranks_[rank].left = true;
  const std::lock_guard<std::mutex> lock(mutex_);
  changed_->notify_all();
}

// A step that was taken counts, whatever failed afterwards.
Status Meeting::Outcome(int rank, std::span<const int> peers) {
  return Missing(rank, peers) < 0 ? Status() : Failure();
}

Status Meeting::Failure() {
  if (!failed_) return Status();
  const std::lock_guard<std::mutex> lock(mutex_);
  return failure_;
}

void Meeting::AwaitWorkers() {
  for (const Rank& rank : ranks_) {
    while (rank.working) std::this_thread::yield();
  }
}

void Meeting::Wake() {
  // Either this sees that a rank is asleep, or that rank sees the step.
  if (asleep_ == 0) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  changed_->notify_all();
}

}  // namespace alexnet
