#include "core/train/finetune/finetune.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ctime>
#include <utility>

#include "core/base/version.h"
#include "core/exec/parameters.h"
#include "core/network/init.h"
#include "core/network/rate_scaling.h"
#include "core/train/class_balance.h"
#include "core/train/class_weights.h"
#include "core/train/run_by_mpi.h"
#include "core/train/same_run.h"
#include "core/train/training_job.h"

namespace alexnet {
namespace {

constexpr std::string_view kFrozenKey = "finetune.frozen";

// The model's parameters widened to float32, and a fresh head.
Result<std::vector<Tensor>> StartingParameters(const Model& model,
                                               const NetworkInfo& info,
                                               int head, uint64_t seed,
                                               const Interrupt& interrupt) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Create(parameter.shape));
    if (parameter.layer == head) {
      ALEXNET_RETURN_IF_ERROR(FillInitial(
          parameter, static_cast<int>(i), seed,
          {tensor.f32(), static_cast<size_t>(tensor.elements())}, interrupt));
    } else {
      ALEXNET_ASSIGN_OR_RETURN(const TensorView view,
                               model.Parameter(static_cast<int>(i)));
      WidenToFloat(view.dtype, view.data, tensor.elements(), tensor.f32());
      model.Release(model.parameter_tensor(static_cast<int>(i)));
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

Result<TrainingJob> NewJob(const FinetuneOptions& options,
                           TrainingListener& listener,
                           const Interrupt& interrupt) {
  const std::shared_ptr<const Model>& model = options.model;
  TrainingJob job;
  job.options = options.train;
  job.seed = options.train.seed;
  ALEXNET_RETURN_IF_ERROR(MakeBackends(options.train, &job));
  ALEXNET_ASSIGN_OR_RETURN(
      job.data, OpenTrainingData(options.train.data,
                                 options.train.validation_fraction, job.seed));
  auto plan =
      PlanFinetune(*model, static_cast<int64_t>(job.data.classes().size()),
                   job.data.train_size(), options.head);
  if (!plan.ok()) return plan.status().WithFile(model->path());
  job.network = plan->network;
  job.choices = plan->choices;
  ALEXNET_ASSIGN_OR_RETURN(job.recipe,
                           ChangeRecipe(plan->recipe, options.train.recipe));
  FitBatch(job.data.train_size(), &job.recipe, &job.choices);
  ALEXNET_RETURN_IF_ERROR(ScaleRate(options.train.rate_scaling,
                                    plan->recipe.batch, options.train.recipe,
                                    &job.recipe, &job.choices));
  ALEXNET_RETURN_IF_ERROR(WeighClasses(&job));
  ALEXNET_ASSIGN_OR_RETURN(job.folder, OpenNewRun(options.train.out));
  job.preprocessing = model->preprocessing();
  ALEXNET_RETURN_IF_ERROR(CompletePreprocessing(
      job.data, job.recipe.augmentation.color_sigma, options.train, listener,
      interrupt, &job.preprocessing));
  BalanceClasses(&job);
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job.network));
  ALEXNET_ASSIGN_OR_RETURN(
      std::vector<Tensor> start,
      StartingParameters(*model, info, plan->head_layer, job.seed, interrupt));
  job.start = TensorsAsSource(std::move(start));
  job.provenance.source =
      fmt::format("fine-tuned from a {} model", model->network().name);
  job.provenance.parent_hash = model->file_hash();
  job.provenance.created = std::time(nullptr);
  job.provenance.tool = fmt::format("alexnet finetune {}", kEngineVersion);
  job.metadata.push_back({std::string(kFrozenKey),
                          fmt::format("{}", fmt::join(plan->frozen, ", "))});
  return job;
}

std::string Listed(const std::vector<std::string>& layers) {
  return layers.empty() ? "none" : fmt::format("{}", fmt::join(layers, ", "));
}

float HeadRate(const Layer& head) {
  float rate = 0.0f;
  VisitParameters(head, [&](const auto& spec) { rate = spec.weight.rate; });
  return rate;
}

// Refuses, naming both, what the options say that is other than in the run.
Status CheckSameFinetuning(const FinetuneOptions& options,
                           const TrainingJob& job) {
  const uint64_t parent = job.provenance.parent_hash;
  const uint64_t given = options.model->file_hash();
  if (parent != given) {
    return InvalidArgumentError(
        parent == 0
            ? "the run that is gone on with was trained from scratch; go on "
              "with it as training, not as fine-tuning"
            : fmt::format("the run that is gone on with began with another "
                          "model than {}, of hash {:016x} and not {:016x}; "
                          "give that, or start another run (`out`)",
                          options.model->path(), parent, given));
  }
  const HeadOptions& head = options.head;
  if (!head.freeze && !head.says_head_rate) return Status();
  ALEXNET_ASSIGN_OR_RETURN(
      const FinetunePlan plan,
      PlanFinetune(*options.model,
                   static_cast<int64_t>(job.data.classes().size()),
                   job.data.train_size(), head));
  std::string frozen;
  for (const KeyValue& entry : job.metadata) {
    if (entry.key == kFrozenKey) frozen = entry.value;
  }
  if (frozen.empty()) frozen = Listed({});
  if (head.freeze && Listed(plan.frozen) != frozen) {
    return OtherRun("freeze", "these layers frozen: " + frozen,
                    Listed(plan.frozen));
  }
  const auto at = static_cast<size_t>(plan.head_layer);
  const float rate = HeadRate(job.network.layers[at]);
  const float said = HeadRate(plan.network.layers[at]);
  if (!head.says_head_rate || rate == said) return Status();
  return OtherRun("head_rate",
                  fmt::format("a new layer that learns {:g} times as fast",
                              rate / said * head.head_rate),
                  fmt::format("{:g}", head.head_rate));
}

Result<TrainingJob> GoOn(const FinetuneOptions& options) {
  // Neither of these is of use in fine-tuning.
  TrainOptions train = options.train;
  train.said.preset.reset();
  train.said.input_size.reset();
  train.network.reset();
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, ResumeJob(nullptr, train));
  const Status same = CheckSameFinetuning(options, job);
  if (!same.ok()) return same.WithFile(LastPath(options.train.out));
  return job;
}

// What ranks must be told alike beside options.train.
ToldOptions ToldOf(const FinetuneOptions& options) {
  const HeadOptions& head = options.head;
  ToldOptions told;
  told.AddFact("the model's hash",
               fmt::format("{:016x}", options.model->file_hash()));
  if (head.freeze) {
    told.Add("freeze", fmt::format("{}", fmt::join(*head.freeze, ",")));
  }
  // BEGIN options: core.told finetune_options from=head to=told
  told.Add("head_rate", head.head_rate);
  // END options
  return told;
}

}  // namespace

Result<TrainSummary> Finetune(const FinetuneOptions& options,
                              TrainingListener* listener,
                              const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(CheckTrainOptions(options.train));
  TrainingListener silent;
  TrainingListener& told = listener != nullptr ? *listener : silent;
  if (options.train.launcher == Launcher::kMpi) {
    const auto make = [&](const TrainOptions& own,
                          const Interrupt& either) -> Result<TrainingJob> {
      FinetuneOptions of_rank = options;
      of_rank.train = own;
      return own.resume ? GoOn(of_rank) : NewJob(of_rank, told, either);
    };
    return RunByMpi(options.train, ToldOf(options), make, nullptr, told,
                    interrupt);
  }
  if (options.train.resume) {
    ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, GoOn(options));
    return RunTrainingJob(std::move(job), told, interrupt);
  }
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, NewJob(options, told, interrupt));
  return RunTrainingJob(std::move(job), told, interrupt);
}

}  // namespace alexnet
