// TrainingLoop: carries out a TrainingJob. Internal to core/train.

#ifndef ALEXNET_CORE_TRAIN_TRAINING_LOOP_H_
#define ALEXNET_CORE_TRAIN_TRAINING_LOOP_H_

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/data/pipeline.h"
#include "core/exec/training_plan.h"
#include "core/infer/evaluation.h"
#include "core/train/checkpoint.h"
#include "core/train/metrics.h"
#include "core/train/pace.h"
#include "core/train/schedule.h"
#include "core/train/snapshot.h"
#include "core/train/training_job.h"
#include "core/train/validation.h"
#include "core/train/watch.h"

namespace alexnet {

class TrainingLoop {
 public:
  TrainingLoop(TrainingJob job, TrainingListener& listener,
               const Interrupt& interrupt);

  Result<TrainSummary> Run();

 private:
  Status Prepare();
  // State, position and momenta of the checkpoint that is gone on from.
  Status Restore();
  Status StartPipeline();
  void Announce();

  // From state_.position to the end of the running epoch.
  Status TrainEpoch();
  // Sends the next batch to the device, and waits for the oldest one's result.
  Status SendBatch();
  Status ReceiveBatch();
  // Whether a checkpoint falls due before another batch may be sent.
  Status SaveLast(const std::optional<SelfCheck>& self_check);
  bool CheckpointDue() const;
  // Waits for what is under way; with `count`, as part of the run.
  Status Drain(bool count);
  // Evaluation, schedule, curves and checkpoints of an epoch whose updates are
  // all made.
  Status FinishEpoch();
  Status Validate(EpochReport* report);
  bool IsBest(const EpochReport& report);
  // Dead layers and a stuck loss.
  Status Watch(double loss);
  // Saves the position, if the run can go on from it, and says how to.
  Status Suspend(const Status& why);
  Status Finalize();

  // Says which pictures were found broken, each once.
  void ReportBroken(const std::vector<BrokenPicture>& broken);
  // Curves that cannot be written are no reason to stop: says so once.
  void Log(const Status& status);
  void Warn(const std::string& message) { listener_.OnWarning(message); }

  TrainingJob job_;
  const bool resumed_;
  TrainingListener& listener_;
  const Interrupt& interrupt_;

  std::shared_ptr<Backend> backend_;
  std::unique_ptr<TrainingPlan> plan_;
  std::unique_ptr<Validation> validation_;  // null: nothing is held out
  std::shared_ptr<Snapshot> snapshot_;
  std::unique_ptr<Pipeline> pipeline_;
  std::unique_ptr<RateSchedule> schedule_;
  std::unique_ptr<TrainingWatch> watch_;
  std::unique_ptr<MetricsLog> metrics_;
  std::unique_ptr<Checkpointer> checkpointer_;

  TrainingState state_;
  Pace pace_;
  int64_t batches_ = 0;  // in an epoch
  int64_t batch_ = 0;    // of the running epoch, done
  // Under way: the next `sent_` batches, each in the slot of its step's number.
  int64_t sent_ = 0;
  int64_t most_sent_ = 1;
  int64_t saved_step_ = -1;  // of the last checkpoint
  bool pixels_ = false;      // the device normalizes pictures
  std::array<Batch, TrainingPlan::kQueuedSteps> slots_;
  double waited_before_ = 0.0;  // seconds, until the running epoch
  bool log_failed_ = false;
  std::set<std::string> broken_said_;
  TrainSummary summary_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAINING_LOOP_H_
