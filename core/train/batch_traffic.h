// BatchTraffic: batches on their way from the pipeline to the training plan,
// and their results back.

#ifndef ALEXNET_CORE_TRAIN_BATCH_TRAFFIC_H_
#define ALEXNET_CORE_TRAIN_BATCH_TRAFFIC_H_

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/data/pipeline.h"
#include "core/exec/training_plan.h"
#include "core/train/ranks/batch_order.h"
#include "core/train/training_job.h"
#include "core/train/training_rank.h"

namespace alexnet {

// A device other than the host is given 8-bit pictures, which it normalizes,
// and has the next batch before it is done with the last. Not thread safe.
class BatchTraffic {
 public:
  // What a plan has to be compiled for; none on the host.
  static std::optional<PixelInput> PixelInputOf(Backend& backend,
                                                const Preprocessing& from);

  // Starts reading the job's pictures, of which `rank` wants its samples, at
  // batch `batch` of `epoch`. `rank` is borrowed.
  static Result<std::unique_ptr<BatchTraffic>> Start(const TrainingJob& job,
                                                     TrainingRank& rank,
                                                     int64_t epoch,
                                                     int64_t batch);

  // Waits for the pictures of the batch that is next, and sends them, as other
  // ranks are told to. Not when full. Interrupted, it has sent nothing.
  Status Send(const BatchOrder& order, const Interrupt& interrupt);
  // Waits for the result of the oldest batch that was sent.
  Result<StepResult> Receive();
  // Waits for all that was sent, whose results are lost.
  Status Discard();

  int64_t sent() const { return sent_; }  // under way
  bool full() const { return sent_ >= most_sent_; }
  // Whether a batch could not be sent for want of pictures, and so the run
  // stands where it stood.
  bool lacks_pictures() const { return lacks_pictures_; }
  // Of the pipeline.
  std::vector<BrokenPicture> quarantine() const {
    return pipeline_->quarantine();
  }
  double seconds_waited() const { return pipeline_->seconds_waited(); }

 private:
  BatchTraffic(uint64_t seed, bool pixels, TrainingRank& rank,
               std::unique_ptr<Pipeline> pipeline);

  const uint64_t seed_;
  const bool pixels_;  // the device normalizes pictures
  const int64_t most_sent_;
  TrainingRank& rank_;
  const std::unique_ptr<Pipeline> pipeline_;
  int64_t sent_ = 0;
  bool lacks_pictures_ = false;
  // Each batch under way in the slot of its step's number.
  std::array<Batch, TrainingPlan::kQueuedSteps> slots_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_BATCH_TRAFFIC_H_
