#include "core/train/trainer.h"

#include <fmt/core.h>

#include <ctime>
#include <utility>

#include "core/base/version.h"
#include "core/exec/parameters.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "core/network/rate_scaling.h"
#include "core/train/class_balance.h"
#include "core/train/class_weights.h"
#include "core/train/run_by_mpi.h"
#include "core/train/training_job.h"

namespace alexnet {
namespace {

// The caller's own network, checked against the data's classes.
Result<Preset> OwnNetwork(const Preset& network, int64_t classes) {
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                           InferNetwork(network.network));
  if (info.classes != classes) {
    return InvalidArgumentError(
               fmt::format("the network gives {} classes, but the data has {}; "
                           "make its last fully connected layer as wide",
                           info.classes, classes))
        .WithField("network");
  }
  return network;
}

// `backend`: null for what the options name.
Result<TrainingJob> NewJob(std::shared_ptr<Backend> backend,
                           const TrainOptions& options,
                           TrainingListener& listener,
                           const Interrupt& interrupt) {
  // What is cheap to refuse comes before what takes time.
  PresetOptions shape;
  shape.input_size = options.input_size;
  if (options.network == nullptr) {
    ALEXNET_RETURN_IF_ERROR(MakePreset(options.preset, shape).status());
  }
  TrainingJob job;
  job.options = options;
  job.seed = options.seed;
  job.backend = std::move(backend);
  if (job.backend == nullptr) {
    ALEXNET_RETURN_IF_ERROR(MakeBackends(options, &job));
  }
  ALEXNET_ASSIGN_OR_RETURN(
      job.data, OpenTrainingData(options.data, options.validation_fraction,
                                 options.seed));
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  shape.classes = static_cast<int64_t>(job.data.classes().size());
  ALEXNET_ASSIGN_OR_RETURN(Preset preset,
                           options.network == nullptr
                               ? MakePreset(options.preset, shape)
                               : OwnNetwork(*options.network, shape.classes));
  if (std::string adapted = AdaptToSmallData(job.data.train_size(), &preset);
      !adapted.empty()) {
    job.choices.push_back(std::move(adapted));
  }
  job.network = std::move(preset.network);
  job.preprocessing = std::move(preset.preprocessing);
  ALEXNET_ASSIGN_OR_RETURN(job.recipe,
                           ChangeRecipe(preset.recipe, options.recipe));
  FitBatch(job.data.train_size(), &job.recipe, &job.choices);
  ALEXNET_RETURN_IF_ERROR(ScaleRate(options.rate_scaling, preset.recipe.batch,
                                    options.recipe, &job.recipe, &job.choices));
  ALEXNET_RETURN_IF_ERROR(WeighClasses(&job));
  ALEXNET_ASSIGN_OR_RETURN(job.folder, OpenNewRun(options.out));
  ALEXNET_RETURN_IF_ERROR(
      CompletePreprocessing(job.data, job.recipe.augmentation.color_sigma,
                            options, listener, interrupt, &job.preprocessing));
  BalanceClasses(&job);
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job.network));
  ALEXNET_ASSIGN_OR_RETURN(std::vector<Tensor> initial,
                           InitialParameters(info, job.seed, interrupt));
  job.start = TensorsAsSource(std::move(initial));
  job.provenance.source =
      options.network == nullptr
          ? fmt::format("trained from scratch, preset {}", options.preset)
          : fmt::format("trained from scratch, network {}", job.network.name);
  job.provenance.created = std::time(nullptr);
  job.provenance.tool = fmt::format("alexnet train {}", kEngineVersion);
  return job;
}

}  // namespace

Result<TrainSummary> Train(const TrainOptions& options,
                           TrainingListener* listener,
                           const Interrupt& interrupt) {
  return TrainOn({}, options, listener, interrupt);
}

Result<TrainSummary> TrainOn(std::vector<std::shared_ptr<Backend>> backends,
                             const TrainOptions& options,
                             TrainingListener* listener,
                             const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(CheckTrainOptions(options));
  TrainingListener silent;
  TrainingListener& told = listener != nullptr ? *listener : silent;
  const auto first = backends.empty() ? nullptr : backends.front();
  const auto make = [&](const TrainOptions& own, const Interrupt& either) {
    return own.resume ? ResumeJob(first, own)
                      : NewJob(first, own, told, either);
  };
  if (options.launcher == Launcher::kMpi) {
    return RunByMpi(options, ToldOptions(), make, first, told, interrupt);
  }
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, make(options, interrupt));
  if (backends.size() > 1) {
    job.other_backends.assign(backends.begin() + 1, backends.end());
  }
  return RunTrainingJob(std::move(job), told, interrupt);
}

}  // namespace alexnet
