// BatchingQueue: many callers, one device. Samples of callers on many threads
// are computed together: until a batch is full, or the oldest has waited for
// so long.

#ifndef ALEXNET_CORE_INFER_BATCHING_QUEUE_H_
#define ALEXNET_CORE_INFER_BATCHING_QUEUE_H_

#include <cstdint>
#include <memory>
#include <span>

#include "core/base/birthplace.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/infer/batch_runner.h"
#include "core/infer/compile_model.h"
#include "core/infer/queue_state.h"

namespace alexnet {

// BEGIN options: core.enum WhenFull
// What a call does that finds a batching queue full.
enum class WhenFull : int8_t {
  // It waits for room, as long as its limits allow.
  kWait = 0,
  // It fails at once.
  kRefuse = 1,
};
// END options

struct QueueOptions : CompileOptions {  // batch: samples; 0: 32
  // BEGIN options: core.fields queue_options
  // Averages the probabilities of ten views of each picture (section 4.1 of the
  // paper).
  bool ten_crop = false;
  // How long a request waits for others to fill its batch; 0 to 60,000; 0: what
  // came while the device was busy is computed next.
  double max_wait_milliseconds = 0.0;
  // Requests in a full queue; 1 to 1,048,576.
  int64_t capacity = 256;
  // What a call does that finds the queue full.
  WhenFull when_full = WhenFull::kWait;
  // END options
};

// A model compiled as `options` say, to put into a queue.
Result<std::unique_ptr<ModelBatchRunner>> MakeQueueRunner(
    std::shared_ptr<SharedModel> model, const QueueOptions& options);

// Thread safe. In a child of fork it can be destroyed, and refuses to run
// anything.
class BatchingQueue {
 public:
  // `runner` is kept, and used by a thread of the queue's own from now on; of
  // the options, those that are not the runner's hold.
  static Result<std::unique_ptr<BatchingQueue>> Create(
      std::unique_ptr<BatchRunner> runner, const QueueOptions& options);
  // Not while a call is inside.
  ~BatchingQueue();
  BatchingQueue(const BatchingQueue&) = delete;
  BatchingQueue& operator=(const BatchingQueue&) = delete;

  // As Session::Run. First come, first served; what does not fit into a batch
  // goes on in the next one. Interrupted at any time: no view is read and no
  // output written after the return. An error of a batch is one of all that are
  // in it. kFailedPrecondition where the queue is closed, or, with
  // WhenFull::kRefuse, full (of the field "capacity").
  Status Run(std::span<const float> views, int64_t count,
             std::span<float> output, const Interrupt& interrupt = {});

  // Refuses calls from now on and does not wait. Those that are inside are
  // finished, or, with `cancel`, return kCancelled.
  Status Close(bool cancel);

  Result<QueueCounts> counts() const;

 private:
  BatchingQueue(std::unique_ptr<BatchRunner> runner,
                const QueueOptions& options);

  Status Start();
  Status Enter(QueueRequest* request);
  void Loop();
  // Throws nothing: there is nobody above the thread to catch it.
  Status Compute(int64_t samples) noexcept;

  const Birthplace birthplace_;
  const QueueOptions options_;
  const std::unique_ptr<BatchRunner> runner_;
  // A child's copy is of no use: another thread may have been changing it.
  mutable OnlyHere<QueueState> state_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_BATCHING_QUEUE_H_
