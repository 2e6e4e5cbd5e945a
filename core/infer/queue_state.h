// QueueState: who waits in a BatchingQueue and who is in its batch. Every
// change is made by whoever holds `mutex`.

#ifndef ALEXNET_CORE_INFER_QUEUE_STATE_H_
#define ALEXNET_CORE_INFER_QUEUE_STATE_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// A call that is inside, on its caller's stack.
struct QueueRequest {
  const float* views;
  float* output;
  int64_t count;      // samples
  int64_t taken = 0;  // of these, into batches
  int64_t given = 0;  // of these, back
  std::chrono::steady_clock::time_point arrival =
      std::chrono::steady_clock::now();
  bool done = false;
  Status status = {};  // when done
  std::condition_variable changed = {};
};

// Samples `first` on of a request, at `place` on of the batch.
struct BatchPart {
  QueueRequest* request;  // null: it has left
  int64_t first;
  int64_t count;
  int64_t place;
};

struct QueueCounts {
  int64_t requests = 0;  // that were computed
  int64_t samples = 0;   // in batches
  int64_t batches = 0;
  int64_t refused = 0;   // since the queue was full
  int64_t given_up = 0;  // by their callers, or cancelled by Close
  int64_t waiting = 0;   // now; requests not yet wholly in a batch
  // From the call to the batch that has its first sample.
  std::chrono::steady_clock::duration longest_wait{};
};

class QueueState {
 public:
  using Lock = std::unique_lock<std::mutex>;

  // Batches of at most `most` samples, out of the first `capacity` requests.
  QueueState(int64_t most, int64_t capacity);

  // Whether so many wait that one more is too many.
  bool Full() const;
  void Add(QueueRequest* request);
  // Returns when a batch is due: it is full, or nothing more can come into it,
  // or its oldest request has waited for `longest`. False when the queue is
  // closed and nobody waits.
  bool AwaitBatch(Lock& lock, std::chrono::steady_clock::duration longest);
  // The samples that the next batch may have.
  int64_t Ready() const;
  // Makes the batch of the `samples` that have waited longest.
  void Take(int64_t samples);
  // Gives the batch's samples their rows of `classes` outputs, or its requests
  // its error.
  void Give(const Status& status, const float* outputs, int64_t classes);
  // Ends a request that waits or is in the batch.
  void End(QueueRequest* request, const Status& status);
  // Ends them all.
  void EndAll(const Status& status);
  // Returns when no views are being read: requests may leave.
  void AwaitRead(Lock& lock);

  std::mutex mutex;
  std::condition_variable arrived;  // a request, or the end
  std::condition_variable read;     // `reading` is over
  bool reading = false;             // the thread copies the batch's views
  bool closed = false;
  std::vector<BatchPart> batch;
  QueueCounts counts;
  std::thread thread;

 private:
  bool Due() const;

  const int64_t most_;
  const size_t capacity_;
  std::list<QueueRequest*> line_;
  int64_t waiting_samples_ = 0;  // of the line, not yet in a batch
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_QUEUE_STATE_H_
