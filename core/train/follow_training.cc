#include "core/train/follow_training.h"

#include <memory>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/caught.h"
#include "core/train/batch_traffic.h"
#include "core/train/snapshot.h"
#include "core/train/training_rank.h"
#include "core/train/validation.h"

namespace alexnet {
namespace {

class Follower {
 public:
  Follower(TrainingJob job, const Interrupt& interrupt, Communicator& comm)
      : job_(std::move(job)), interrupt_(interrupt), comm_(comm) {}

  Result<EndRun> Run();

 private:
  Status Prepare();
  Result<EndRun> CarryOut();
  Status Do(const StartPictures& from);
  Status Do(const BatchOrder& order);
  Status Do(const SendRows& rows);
  Status Do(const EvaluateShare&);
  Status Do(const NameBroken&);
  Status Do(const EndRun&) { return AwaitSteps(); }
  // A device computes while this rank listens, as rank 0's does while that one
  // reads pictures: all but the next step comes after it is done.
  Status AwaitSteps();

  TrainingJob job_;
  const Interrupt& interrupt_;
  Communicator& comm_;
  std::shared_ptr<Snapshot> parameters_;    // rank 0's, to evaluate
  std::unique_ptr<Validation> validation_;  // null: nothing is held out
  std::unique_ptr<TrainingRank> rank_;
  std::unique_ptr<BatchTraffic> traffic_;  // null: not told to start yet
};

Result<EndRun> Follower::Run() {
  EndRun end;
  const Status status = Caught([&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(Prepare());
    ALEXNET_ASSIGN_OR_RETURN(end, CarryOut());
    return Status();
  });
  if (status.ok()) return end;
  AbandonRun(job_, comm_, status);
  return status;
}

Result<EndRun> Follower::CarryOut() {
  while (true) {
    ALEXNET_ASSIGN_OR_RETURN(const RankCommand command, rank_->Hear());
    ALEXNET_RETURN_IF_ERROR(
        std::visit([&](const auto& order) { return Do(order); }, command));
    if (const auto* end = std::get_if<EndRun>(&command)) return *end;
  }
}

Status Follower::AwaitSteps() {
  return traffic_ != nullptr ? traffic_->Discard() : Status();
}

// In the order of TrainingLoop::Prepare, since ranks meet in it.
Status Follower::Prepare() {
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job_.network));
  ALEXNET_ASSIGN_OR_RETURN(parameters_, Snapshot::Create(info));
  ALEXNET_ASSIGN_OR_RETURN(
      validation_,
      Validation::Create(job_, comm_.rank(), comm_.size(), parameters_));
  ALEXNET_ASSIGN_OR_RETURN(
      rank_,
      TrainingRank::Create(
          job_, BatchTraffic::PixelInputOf(*job_.backend, job_.preprocessing),
          &comm_));
  job_.start.reset();
  job_.resumed.reset();
  return Status();
}

Status Follower::Do(const StartPictures& from) {
  ALEXNET_ASSIGN_OR_RETURN(
      traffic_, BatchTraffic::Start(job_, *rank_, from.epoch, from.batch));
  return Status();
}

Status Follower::Do(const BatchOrder& order) {
  if (traffic_->full()) {
    ALEXNET_RETURN_IF_ERROR(traffic_->Receive().status());
  }
  return traffic_->Send(order, {});
}

Status Follower::Do(const SendRows& rows) {
  ALEXNET_RETURN_IF_ERROR(AwaitSteps());
  return rank_->Send(rows);
}

Status Follower::Do(const EvaluateShare&) {
  ALEXNET_RETURN_IF_ERROR(AwaitSteps());
  ALEXNET_RETURN_IF_ERROR(rank_->Share(parameters_.get()));
  TrainingListener silent;
  const Status status =
      rank_
          ->Sum(validation_->Evaluate(silent, interrupt_,
                                      [this] { return rank_->Check(); }))
          .status();
  // Rank 0 says what becomes of the run.
  return IsInterruption(status) ? Status() : status;
}

Status Follower::Do(const NameBroken&) {
  ALEXNET_RETURN_IF_ERROR(AwaitSteps());
  return rank_->Collect(traffic_->quarantine()).status();
}

}  // namespace

Result<EndRun> FollowTraining(TrainingJob job, const Interrupt& interrupt,
                              Communicator& comm) {
  return Follower(std::move(job), interrupt, comm).Run();
}

}  // namespace alexnet
