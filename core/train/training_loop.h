// TrainingLoop: carries out a TrainingJob: the policy of its epochs, whose
// batches BatchTraffic moves. Internal to core/train.

#ifndef ALEXNET_CORE_TRAIN_TRAINING_LOOP_H_
#define ALEXNET_CORE_TRAIN_TRAINING_LOOP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/dist/communicator.h"
#include "core/train/batch_traffic.h"
#include "core/train/checkpoint.h"
#include "core/train/pace.h"
#include "core/train/run_report.h"
#include "core/train/schedule.h"
#include "core/train/snapshot.h"
#include "core/train/training_job.h"
#include "core/train/training_rank.h"
#include "core/train/validation.h"
#include "core/train/watch.h"

namespace alexnet {

class TrainingLoop {
 public:
  // Of rank 0 of several, which the others follow: with its communicator,
  // borrowed. Of a run on one rank `comm` is null.
  TrainingLoop(TrainingJob job, TrainingListener& listener,
               const Interrupt& interrupt, Communicator* comm);

  Result<TrainSummary> Run();
  // Whether the others have been told how Run ended: none waits for another.
  bool ended_on_all() const { return ended_on_all_; }

 private:
  Result<TrainSummary> RunEpochs();
  Status Prepare();
  // State and position of the checkpoint that is gone on from.
  Status Restore();
  Status StartTraffic();
  void Announce();

  // From state_.position to the end of the running epoch.
  Status TrainEpoch();
  // Whether a further batch of the epoch may be sent now.
  bool MaySend() const;
  Status SendBatch();
  // Waits for the oldest batch's result, which then is part of the run.
  Status ReceiveBatch();
  // Dead layers and a stuck loss.
  Status Watch(double loss);
  // Tells once that steps cannot be captured.
  void WatchCapture();
  // Whether a checkpoint falls due before another batch may be sent.
  bool CheckpointDue() const;
  Status SaveLast(const std::optional<SelfCheck>& self_check,
                  const Interrupt& interrupt = {});

  // Evaluation, schedule, curves and checkpoints of an epoch whose updates are
  // all made.
  Status FinishEpoch();
  Result<EpochReport> Evaluate();
  // Of the parameters in the snapshot and of the last update.
  Status MeasureNorms(EpochReport* report);
  Status CollectBroken();
  bool IsBest(const EpochReport& report);
  Status SaveEpoch(const EpochReport& report);
  // Saves the position, if the run can go on from it, and says how to.
  Status Suspend(const Status& why);
  bool LosesDevice(const Status& why) const;
  bool LosesRank() const;
  Result<TrainSummary> Finalize();

  TrainingJob job_;
  TrainingListener& listener_;
  const Interrupt& interrupt_;
  Communicator* const comm_;

  NetworkInfo info_;
  std::unique_ptr<TrainingRank> rank_;
  std::unique_ptr<BatchTraffic> traffic_;   // null: no epoch is left
  std::unique_ptr<Validation> validation_;  // null: nothing is held out
  std::shared_ptr<Snapshot> snapshot_;
  std::unique_ptr<RateSchedule> schedule_;
  std::unique_ptr<TrainingWatch> watch_;
  std::unique_ptr<RunReport> report_;
  std::unique_ptr<Checkpointer> checkpointer_;

  bool ended_on_all_ = false;
  TrainingState state_;
  Pace pace_;
  int64_t batches_ = 0;         // in an epoch
  int64_t batch_ = 0;           // of the running epoch, done
  int64_t saved_step_ = -1;     // of the last checkpoint
  bool saved_ = false;          // by this process
  double waited_before_ = 0.0;  // seconds, until the running epoch
  bool updated_ = false;        // since the start, or since resuming
  bool capture_told_ = false;
  EpochFigures last_epoch_;
  std::vector<BrokenPicture> broken_;  // training pictures, of all ranks
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAINING_LOOP_H_
