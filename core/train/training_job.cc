#include "core/train/training_job.h"

#include <fmt/core.h>

#include <utility>

#include "core/base/check.h"
#include "core/base/file.h"
#include "core/devices/device_options.h"
#include "core/devices/rank_devices.h"
#include "core/train/class_balance.h"
#include "core/train/class_weights.h"
#include "core/train/same_run.h"

namespace alexnet {
namespace {

// Only the number of epochs may change when a run goes on.
bool ChangesMoreThanEpochs(RecipeChanges changes) {
  changes.epochs.reset();
  return !(changes == RecipeChanges());
}

int RanksOf(const TrainingState& state) {
  return state.devices.empty()
             ? 1
             : static_cast<int>(DeviceNames(state.devices).size());
}

// On the devices that the job's options name, or else on those of the
// checkpoint.
Status MakeBackendsOfBefore(const TrainingState& state, TrainingJob* job) {
  TrainOptions& options = job->options;
  const bool local = options.launcher == Launcher::kLocal;
  if (!options.device.empty() || !options.devices.empty()) {
    ALEXNET_RETURN_IF_ERROR(MakeBackends(options, job));
    const int ranks = 1 + static_cast<int>(job->other_backends.size());
    return local ? TakePlanOfBefore(state, ranks, &options) : Status();
  }
  TrainOptions before = options;
  if (state.devices.empty() || !local) {
    if (local && options.parallel != ParallelKind::kData) {
      return NeedsSeveralDevices();
    }
    before.device = state.device;
  } else {
    before.devices = state.devices;
    ALEXNET_RETURN_IF_ERROR(TakePlanOfBefore(state, RanksOf(state), &before));
  }
  before.tune = before.tune || state.tuned;
  if (!before.precision) before.precision = PrecisionOf(state.precision);
  const Status made = MakeBackends(before, job);
  if (made.ok()) {
    job->options.devices = before.devices;
    job->options.parallel = before.parallel;
    return made;
  }
  return made.WithContext(fmt::format(
      "the run was computed on {}; to go on with it on another device name one "
      "(`device`)",
      state.hardware.empty()
          ? state.device
          : fmt::format("{} ({})", state.device, state.hardware)));
}

}  // namespace

Result<ParallelKind> ParallelOf(const TrainingState& state) {
  const auto parallel = ParallelKindOf(state.parallel);
  if (parallel) return *parallel;
  return UnknownName("way to divide a network", state.parallel,
                     {kParallelKindNames.begin(), kParallelKindNames.end()})
      .WithField("training_state.parallel");
}

Status TakePlanOfBefore(const TrainingState& state, int ranks,
                        TrainOptions* options) {
  if (options->change_parallel || options->parallel != ParallelKind::kData ||
      state.devices.empty() || RanksOf(state) != ranks) {
    return Status();
  }
  ALEXNET_ASSIGN_OR_RETURN(options->parallel, ParallelOf(state));
  return Status();
}

Result<std::shared_ptr<const RunFolder>> OpenNewRun(const std::string& out) {
  ALEXNET_ASSIGN_OR_RETURN(const bool has_last, IsThere(LastPath(out)));
  if (has_last) {
    return FailedPreconditionError(
               "the folder holds a run already, which would be lost; go on "
               "with it (`resume`), or give another folder (`out`)")
        .WithFile(LastPath(out));
  }
  ALEXNET_ASSIGN_OR_RETURN(const bool has_best, IsThere(BestPath(out)));
  if (has_best) {
    return FailedPreconditionError(
               "the folder holds a best model, which would be lost, without "
               "last.alexnet, from which a run could go on; move or remove it, "
               "or give another folder (`out`)")
        .WithFile(BestPath(out));
  }
  return RunFolder::Open(out);
}

Result<TrainingJob> ResumeJob(std::shared_ptr<Backend> backend,
                              const TrainOptions& options) {
  const std::string path = LastPath(options.out);
  ALEXNET_ASSIGN_OR_RETURN(const bool begun, IsThere(path));
  if (!begun) {
    return NotFoundError(
               "there is no run to go on with; start one without `resume`")
        .WithFile(path);
  }
  if (ChangesMoreThanEpochs(options.recipe) ||
      options.rate_scaling != RateScaling::kNone) {
    return InvalidArgumentError(
               "a resumed run keeps its recipe; only the number of epochs may "
               "be given. For another recipe, start anew or fine-tune from the "
               "checkpoint")
        .WithFile(path);
  }
  TrainingJob job;
  job.options = options;
  ALEXNET_ASSIGN_OR_RETURN(job.folder, RunFolder::Open(options.out));
  ALEXNET_ASSIGN_OR_RETURN(job.resumed, LoadModel(path));
  const TrainingState* state = job.resumed->training_state();
  if (state == nullptr) {
    return FailedPreconditionError(
               "the file holds a model, but no training state to go on from; "
               "fine-tune it instead")
        .WithFile(path);
  }
  if (const Status same = CheckSameRun(options, *job.resumed); !same.ok()) {
    return same.WithFile(path);
  }
  job.backend = std::move(backend);
  if (job.backend == nullptr) {
    const Status made = MakeBackendsOfBefore(*state, &job);
    if (!made.ok()) return made.WithFile(path);
  }
  ALEXNET_ASSIGN_OR_RETURN(
      job.data,
      OpenTrainingData(options.data, state->validation_fraction, state->seed));
  if (job.data.hash != state->dataset_hash) {
    return FailedPreconditionError(
               fmt::format("the training pictures are not those that the run "
                           "saw ({} then, "
                           "{} now): names or classes differ. Give the same "
                           "data, or start "
                           "a new run",
                           state->dataset_samples, job.data.train_size()))
        .WithFile(options.data);
  }
  job.network = job.resumed->network();
  job.preprocessing = job.resumed->preprocessing();
  job.recipe = state->recipe;
  if (options.recipe.epochs.has_value()) {
    job.recipe.epochs = *options.recipe.epochs;
    ALEXNET_RETURN_IF_ERROR(ValidateRecipe(job.recipe));
  }
  job.seed = state->seed;
  if (const Status weighed = WeighClasses(&job); !weighed.ok()) {
    return weighed.WithFile(path);
  }
  BalanceClasses(&job);
  job.start = ParametersOf(job.resumed);
  job.provenance = job.resumed->provenance();
  // What counts is written anew into every checkpoint.
  for (const KeyValue& entry : job.resumed->metadata()) {
    if (entry.key.rfind("training.", 0) != 0) job.metadata.push_back(entry);
  }
  if (state->epoch >= job.recipe.epochs) {
    job.warnings.push_back(
        fmt::format("the run has finished its {} epochs; give a larger number "
                    "(`epochs`) to go on",
                    state->epoch));
  }
  return job;
}

Status MakeBackends(const TrainOptions& options, TrainingJob* job) {
  ALEXNET_ASSIGN_OR_RETURN(auto backends,
                           MakeRankBackends(options, options.devices));
  job->backend = std::move(backends.front());
  backends.erase(backends.begin());
  job->other_backends = std::move(backends);
  return Status();
}

void FitBatch(int64_t samples, Recipe* recipe,
              std::vector<std::string>* choices) {
  if (recipe->batch <= samples) return;
  choices->push_back(
      fmt::format("batch {} instead of {}: there are only {} training pictures",
                  samples, recipe->batch, samples));
  recipe->batch = static_cast<int>(samples);
}

}  // namespace alexnet
