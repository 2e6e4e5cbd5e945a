// TrainingRank: what one process, or thread, trains of a run: all of it, or one
// of several ranks' part. Rank 0 of several leads: what it is asked to do, it
// has the others do as well; FollowTraining is their side.

#ifndef ALEXNET_CORE_TRAIN_TRAINING_RANK_H_
#define ALEXNET_CORE_TRAIN_TRAINING_RANK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/exec/training_plan.h"
#include "core/infer/evaluation.h"
#include "core/parallel/parallel_part.h"
#include "core/train/ranks/rank_command.h"
#include "core/train/snapshot.h"
#include "core/train/training_job.h"

namespace alexnet {

// The run has failed on this rank: ends it on all, and returns when neither
// another rank nor what was sent to the device uses memory of this one's.
void AbandonRun(const TrainingJob& job, Communicator& comm, const Status& why);

// Not thread safe.
class TrainingRank {
 public:
  // Compiles the part of comm->rank(), or the whole network where `comm`, which
  // is borrowed, is null; with the parameters and momenta that the job begins
  // with. `pixels`: as BatchTraffic wants them.
  static Result<std::unique_ptr<TrainingRank>> Create(
      const TrainingJob& job, const std::optional<PixelInput>& pixels,
      Communicator* comm);

  TrainingPlan& plan() { return *plan_; }
  // Which samples of each batch the plan is given.
  Range samples() const { return samples_; }
  // How a batch is divided among the ranks, for a person.
  std::string Describe() const;
  int rank() const { return comm_ != nullptr ? comm_->rank() : 0; }
  int ranks() const { return comm_ != nullptr ? comm_->size() : 1; }

  // What follows is of all ranks together, and is called on each; without
  // others it is nothing, or rank 0's own.

  // On rank 0: has the others do it, who hear it in Hear. Nothing on others.
  Status Tell(const RankCommand& command);
  Result<RankCommand> Hear() { return alexnet::Hear(*comm_); }

  // The ranks' failure, as far as it is known here. Waits for nothing.
  Status Check() { return comm_ != nullptr ? comm_->Check() : Status(); }

  // On rank 0: the whole tensors, dense.
  Status ReadParameter(int parameter, float* dense);
  Status ReadMomentum(int parameter, float* dense);
  // Of the last update, of all samples, before clipping.
  Status ReadGradient(int parameter, float* dense);
  // On others, which were told to.
  Status Send(const SendRows& rows);

  // Rank 0's parameters to all.
  Status Share(Snapshot* parameters);
  // The evaluations of shares, as one of all; on rank 0, with the broken
  // pictures of all. Where one was interrupted, all are.
  Result<Evaluation> Sum(const Result<Evaluation>& share);
  // On rank 0, those of all ranks, each once.
  Result<std::vector<BrokenPicture>> Collect(
      const std::vector<BrokenPicture>& own);

 private:
  TrainingRank(Communicator* comm, std::shared_ptr<ParallelPart> part)
      : comm_(comm), part_(std::move(part)) {}

  Status Compile(const TrainingJob& job,
                 const std::optional<PixelInput>& pixels);
  // The momenta of the checkpoint that is gone on from.
  Status Restore(const Model& resumed);
  // The whole tensor's rows that `rank` holds.
  Range RowsOf(int parameter, int rank) const;
  Status Read(const SendRows& rows, float* dense);
  Status ReadOwn(const SendRows& rows, float* dense);

  Communicator* const comm_;                  // null: no other rank
  const std::shared_ptr<ParallelPart> part_;  // likewise
  Range samples_;
  std::unique_ptr<TrainingPlan> plan_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAINING_RANK_H_
