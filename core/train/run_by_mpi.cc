#include "core/train/run_by_mpi.h"

#include <fmt/core.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/version.h"
#include "core/dist/launched.h"
#include "core/dist/mpi/mpi_communicator.h"
#include "core/dist/process_device.h"
#include "core/dist/run_rank.h"
#include "core/dist/values.h"
#include "core/train/build_id.h"
#include "core/train/follow_training.h"
#include "core/train/ranks/preparation.h"
#include "core/train/ranks/process_options.h"
#include "core/train/ranks/rank_seat.h"
#include "core/train/share_job.h"
#include "core/train/training_loop.h"

namespace alexnet {
namespace {

// Well within CommLimits::late.
constexpr auto kHeardOfEvery = std::chrono::minutes(1);

// mpirun of another MPI starts processes of which each is alone in this one's.
Status CheckLaunched(const Communicator& comm) {
  const LaunchedRank launched = FindLaunchedRank();
  if (launched.size == 1 ||
      (launched.rank == comm.rank() && launched.size == comm.size())) {
    return Status();
  }
  return FailedPreconditionError(fmt::format(
      "the launcher started this process as rank {} of {}, but MPI has it as "
      "rank {} of {}: they are not of the same MPI. Start it with Open MPI's "
      "mpirun, or SLURM's srun --mpi=pmix",
      launched.rank, launched.size, comm.rank(), comm.size()));
}

// What all ranks must be told alike. A device, threads, and where and when rank
// 0 writes are each rank's own affair.
void Tell(const TrainOptions& options, ToldOptions* to) {
  ToldOptions& told = *to;
  told.AddFact("the version", std::string(kEngineVersion));
  told.AddFact("the program's build", BuildId());
  if (options.precision) {
    told.Add("precision", PrecisionName(*options.precision));
  }
  // BEGIN options: core.told train_options from=options to=told skip=data,out,loader_threads,log_every,checkpoint_every,devices,launcher
  told.Add("preset", options.preset);
  told.Add("input_size", options.input_size);
  told.Add("resume", options.resume);
  told.Add("validation_fraction", options.validation_fraction);
  told.Add("seed", options.seed);
  told.Add("strict", options.strict);
  told.Add("stop_when_stuck", options.stop_when_stuck);
  told.Add("max_pixels", options.max_pixels);
  told.Add("parallel", NameOf(kParallelKindNames, options.parallel));
  told.Add("rate_scaling", NameOf(kRateScalingNames, options.rate_scaling));
  told.Add("class_weights", options.class_weights);
  told.Add("change_parallel", options.change_parallel);
  // END options
  // BEGIN options: core.told recipe from=options.recipe to=told optional=true
  if (options.recipe.batch) told.Add("batch", *options.recipe.batch);
  if (options.recipe.epochs) told.Add("epochs", *options.recipe.epochs);
  if (options.recipe.rate) told.Add("rate", *options.recipe.rate);
  if (options.recipe.momentum) told.Add("momentum", *options.recipe.momentum);
  if (options.recipe.weight_decay)
    told.Add("weight_decay", *options.recipe.weight_decay);
  if (options.recipe.schedule)
    told.Add("schedule", NameOf(kScheduleKindNames, *options.recipe.schedule));
  if (options.recipe.factor) told.Add("factor", *options.recipe.factor);
  if (options.recipe.milestones)
    told.Add("milestones", *options.recipe.milestones);
  if (options.recipe.patience) told.Add("patience", *options.recipe.patience);
  if (options.recipe.max_cuts) told.Add("max_cuts", *options.recipe.max_cuts);
  if (options.recipe.power) told.Add("power", *options.recipe.power);
  if (options.recipe.warmup_epochs)
    told.Add("warmup_epochs", *options.recipe.warmup_epochs);
  if (options.recipe.crop)
    told.Add("crop", NameOf(kCropKindNames, *options.recipe.crop));
  if (options.recipe.pad) told.Add("pad", *options.recipe.pad);
  if (options.recipe.mirror) told.Add("mirror", *options.recipe.mirror);
  if (options.recipe.color_sigma)
    told.Add("color_sigma", *options.recipe.color_sigma);
  if (options.recipe.rescale_after_noise)
    told.Add("rescale_after_noise", *options.recipe.rescale_after_noise);
  if (options.recipe.label_smoothing)
    told.Add("label_smoothing", *options.recipe.label_smoothing);
  if (options.recipe.clip_gradient_norm)
    told.Add("clip_gradient_norm", *options.recipe.clip_gradient_norm);
  if (options.recipe.class_balance)
    told.Add("class_balance",
             NameOf(kClassBalanceNames, *options.recipe.class_balance));
  // END options
}

// One rank of a run, with its communicator.
class MpiRank {
 public:
  MpiRank(TrainingListener& listener, const Interrupt& interrupt,
          std::shared_ptr<Backend> backend, std::shared_ptr<Communicator> comm)
      : listener_(listener),
        interrupt_(interrupt),
        backend_(std::move(backend)),
        shared_comm_(std::move(comm)),
        comm_(*shared_comm_) {}

  // Fails where the others must be told; else `summary` says how the run ended.
  Status Run(const TrainOptions& options, const ToldOptions& told,
             const MakeJob& make) {
    ALEXNET_RETURN_IF_ERROR(CheckLaunched(comm_));
    ALEXNET_RETURN_IF_ERROR(CompareWithRank0(told, comm_));
    ALEXNET_ASSIGN_OR_RETURN(const RankSeat seat, FindSeat(comm_));
    ALEXNET_ASSIGN_OR_RETURN(const TrainOptions own,
                             OptionsOfProcess(options, seat));
    if (comm_.size() == 1) return RunAlone(own, make);
    return comm_.rank() == 0 ? Lead(own, make) : Follow(own);
  }

  // How the run ended here, if it came so far.
  const std::optional<Result<TrainSummary>>& summary() const {
    return summary_;
  }

 private:
  Status RunAlone(const TrainOptions& options, const MakeJob& make);
  Status Lead(const TrainOptions& options, const MakeJob& make);
  Status Follow(const TrainOptions& options);
  // Who computes on what, and how devices meet. Refuses GPUs beside hosts.
  Status Meet(TrainingJob* job);

  TrainingListener& listener_;
  const Interrupt& interrupt_;
  const std::shared_ptr<Backend> backend_;  // null: the options name it
  const std::shared_ptr<Communicator> shared_comm_;
  Communicator& comm_;
  std::optional<Result<TrainSummary>> summary_;
};

Status MpiRank::RunAlone(const TrainOptions& options, const MakeJob& make) {
  if (options.parallel != ParallelKind::kData) {
    return InvalidArgumentError(
               "is for several ranks, and this process is the only one; start "
               "them with mpirun -np 2")
        .WithField("parallel");
  }
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, make(options, interrupt_));
  job.warnings.push_back(
      "this process is the only rank: mpirun or srun started no others");
  summary_ = RunTrainingJob(std::move(job), listener_, interrupt_);
  return summary_->status();
}

Status MpiRank::Meet(TrainingJob* job) {
  const bool on_host = job->backend->device().is_host();
  const RankDevice own = {job->backend->computer().device,
                          job->backend->threads()};
  ALEXNET_ASSIGN_OR_RETURN(job->rank_devices, GatherDevices(own, comm_));
  const int64_t mine = on_host ? 1 : 0;
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<int64_t> on_hosts,
                           GatherFromAll(mine, comm_));
  for (size_t rank = 1; rank < on_hosts.size(); ++rank) {
    if (on_hosts[rank] == on_hosts[0]) continue;
    return UnsupportedError(
               fmt::format("rank 0 is on {} and rank {} on {}, which cannot "
                           "compute one network together; name either GPUs or "
                           "\"cpu\" on all",
                           job->rank_devices[0].name, rank,
                           job->rank_devices[rank].name))
        .WithField("devices");
  }
  if (on_host) return Status();
  ALEXNET_ASSIGN_OR_RETURN(ProcessDevice device,
                           CreateProcessDevice(job->backend, shared_comm_));
  job->over_device = std::move(device.communicator);
  job->choices.push_back(std::move(device.how));
  return Status();
}

Status MpiRank::Lead(const TrainOptions& options, const MakeJob& make) {
  TrainingJob job;
  const Status prepared = PrepareWhileOthersWait(
      comm_, kHeardOfEvery, interrupt_,
      [&](const Interrupt& interrupt) -> Status {
        ALEXNET_ASSIGN_OR_RETURN(job, make(options, interrupt));
        return Status();
      });
  if (!prepared.ok()) {
    // Else it is the ranks' failure.
    if (comm_.Check().ok()) summary_ = prepared;
    return prepared;
  }
  if (job.resumed != nullptr) {
    ALEXNET_RETURN_IF_ERROR(TakePlanOfBefore(*job.resumed->training_state(),
                                             comm_.size(), &job.options));
  }
  ALEXNET_RETURN_IF_ERROR(SendJob(job, comm_));
  ALEXNET_RETURN_IF_ERROR(Meet(&job));
  TrainingLoop loop(std::move(job), listener_, interrupt_, &comm_);
  summary_ = loop.Run();
  return loop.ended_on_all() ? Status() : summary_->status();
}

Status MpiRank::Follow(const TrainOptions& options) {
  ALEXNET_RETURN_IF_ERROR(AwaitPreparation(comm_));
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job,
                           ReceiveJob(options, backend_, comm_));
  ALEXNET_RETURN_IF_ERROR(Meet(&job));
  ALEXNET_ASSIGN_OR_RETURN(const EndRun end,
                           FollowTraining(std::move(job), interrupt_, comm_));
  if (const Status status = end.status(); !status.ok()) {
    summary_ = Status(status.code(), fmt::format("rank 0 ended the run: {}",
                                                 status.message()));
    return Status();
  }
  TrainSummary summary;
  summary.epochs = end.epochs;
  summary.steps = end.steps;
  summary.seconds = end.seconds;
  summary.last = end.last;
  summary.best_epoch = end.best_epoch;
  summary.best_top1_error = end.best_top1_error;
  summary_ = std::move(summary);
  return Status();
}

}  // namespace

Result<TrainSummary> RunByMpi(const TrainOptions& options, ToldOptions told,
                              const MakeJob& make,
                              std::shared_ptr<Backend> backend,
                              TrainingListener& listener,
                              const Interrupt& interrupt) {
  Tell(options, &told);
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Communicator> created,
                           CreateMpiCommunicator());
  std::shared_ptr<Communicator> communicator = std::move(created);
  std::optional<Result<TrainSummary>> summary;
  const Status status = RunRank(
      [&](Communicator&) {
        MpiRank rank(listener, interrupt, backend, communicator);
        const Status ran = rank.Run(options, told, make);
        summary = rank.summary();
        return ran;
      },
      *communicator);
  // The others may wait for it.
  communicator.reset();
  // What a rank tells of its own run says more: how to go on.
  if (summary.has_value() && !summary->ok()) return *std::move(summary);
  if (!status.ok()) return status;
  return *std::move(summary);
}

}  // namespace alexnet
