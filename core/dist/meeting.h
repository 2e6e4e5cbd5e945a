// Meeting: where threads of one process meet to work in each other's memory.

#ifndef ALEXNET_CORE_DIST_MEETING_H_
#define ALEXNET_CORE_DIST_MEETING_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

#include "core/base/birthplace.h"
#include "core/base/status.h"
#include "core/dist/operation.h"

namespace alexnet {

// Of `size` ranks. Thread safe: each rank calls for itself, on one thread;
// Abort on any.
class Meeting {
 public:
  Meeting(int size, std::chrono::milliseconds late);

  int size() const { return size_; }

  // Shows `operation` to the peers, waits for theirs and sees that they fit.
  // They can be read until the next Part.
  Status Meet(int rank, std::span<const int> peers, const Operation& operation);
  // The peer's towards `rank`.
  const Operation& OperationOf(int peer, int rank) const;
  // Runs `work`, which touches peers' memory, waits for no rank and may throw,
  // unless the group has failed.
  Status Work(int rank, const std::function<void()>& work);
  // Waits until the peers are done with this rank's memory.
  Status Part(int rank, std::span<const int> peers);

  // The first failure, which is `why` if there was none.
  Status Abort(const Status& why);
  // After a failure: then no rank is, or comes, to Work.
  void AwaitWorkers();
  // No peer will meet `rank` again.
  void Leave(int rank);

 private:
  // What one rank tells another, on a cache line of its own.
  struct alignas(64) Link {
    std::atomic<int64_t> steps{0};  // times the rank came or was done
    Operation operation;
  };
  struct alignas(64) Rank {
    std::atomic<bool> working{false};
    std::atomic<bool> left{false};
  };

  Link& LinkOf(int from, int to) { return links_[from * size_ + to]; }
  Status Step(int rank, std::span<const int> peers, const Operation& operation);
  Status AwaitStep(int rank, std::span<const int> peers,
                   const Operation& operation);
  // The first peer that has not come, and that has left without; -1: none.
  int Missing(int rank, std::span<const int> peers);
  int Gone(int rank, std::span<const int> peers);
  Status Outcome(int rank, std::span<const int> peers);
  Status Failure();
  void Wake();

  const int size_;
  const std::chrono::milliseconds late_;
  std::vector<Link> links_;
  std::vector<Rank> ranks_;
  std::atomic<bool> failed_{false};
  std::atomic<int> asleep_{0};
  std::mutex mutex_;
  OnlyHere<std::condition_variable> changed_;
  Status failure_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_MEETING_H_
