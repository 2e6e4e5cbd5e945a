#include "core/train/trainer.h"

#include <fmt/format.h>

#include <ctime>
#include <utility>

#include "core/exec/parameters.h"
#include "core/model/version.h"
#include "core/network/init.h"
#include "core/network/presets.h"
#include "core/train/training_job.h"

namespace alexnet {
namespace {

Result<TrainingJob> NewJob(const TrainOptions& options,
                           TrainingListener& listener,
                           const Interrupt& interrupt) {
  // What is cheap to refuse comes before what takes time.
  PresetOptions shape;
  shape.input_size = options.input_size;
  ALEXNET_RETURN_IF_ERROR(MakePreset(options.preset, shape).status());
  TrainingJob job;
  job.options = options;
  job.seed = options.seed;
  ALEXNET_ASSIGN_OR_RETURN(
      job.data, OpenTrainingData(options.data, options.validation_fraction,
                                 options.seed));
  shape.classes = static_cast<int64_t>(job.data.classes().size());
  ALEXNET_ASSIGN_OR_RETURN(Preset preset, MakePreset(options.preset, shape));
  if (std::string adapted = AdaptToSmallData(job.data.train_size(), &preset);
      !adapted.empty()) {
    job.choices.push_back(std::move(adapted));
  }
  job.network = std::move(preset.network);
  job.preprocessing = std::move(preset.preprocessing);
  ALEXNET_ASSIGN_OR_RETURN(job.recipe,
                           ChangeRecipe(preset.recipe, options.recipe));
  FitBatch(job.data.train_size(), &job.recipe, &job.choices);
  ALEXNET_ASSIGN_OR_RETURN(job.folder, OpenNewRun(options.out));
  ALEXNET_RETURN_IF_ERROR(
      CompletePreprocessing(job.data, job.recipe.augmentation.color_sigma,
                            options, listener, interrupt, &job.preprocessing));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job.network));
  ALEXNET_ASSIGN_OR_RETURN(std::vector<Tensor> initial,
                           InitialParameters(info, job.seed));
  job.start = TensorsAsSource(std::move(initial));
  job.provenance.source =
      fmt::format("trained from scratch, preset {}", options.preset);
  job.provenance.created = std::time(nullptr);
  job.provenance.tool = fmt::format("alexnet train {}", kEngineVersion);
  return job;
}

}  // namespace

Result<TrainSummary> Train(const TrainOptions& options,
                           TrainingListener* listener,
                           const Interrupt& interrupt) {
  TrainingListener silent;
  TrainingListener& told = listener != nullptr ? *listener : silent;
  if (options.resume) {
    ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, ResumeJob(options));
    return RunTrainingJob(std::move(job), told, interrupt);
  }
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, NewJob(options, told, interrupt));
  return RunTrainingJob(std::move(job), told, interrupt);
}

}  // namespace alexnet
