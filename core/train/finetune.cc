#include "core/train/finetune.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "core/exec/parameters.h"
#include "core/model/version.h"
#include "core/network/init.h"
#include "core/train/training_job.h"

namespace alexnet {
namespace {

constexpr int64_t kFewPictures = 5'000;    // freeze every convolution
constexpr int64_t kSomePictures = 50'000;  // freeze the first two
// Updates that a few hundred pictures need, and that many thousands may have.
constexpr int64_t kLeastUpdates = 300;
constexpr int kLeastEpochs = 5;
constexpr int kMostEpochs = 30;

// The rules of a layer's parameters, or null where it has none.
ParameterRule* WeightRule(Layer& layer) {
  if (auto* spec = std::get_if<Convolution>(&layer.spec)) return &spec->weight;
  if (auto* spec = std::get_if<FullyConnected>(&layer.spec)) {
    return &spec->weight;
  }
  return nullptr;
}

ParameterRule* BiasRule(Layer& layer) {
  if (auto* spec = std::get_if<Convolution>(&layer.spec)) return &spec->bias;
  if (auto* spec = std::get_if<FullyConnected>(&layer.spec)) return &spec->bias;
  return nullptr;
}

std::string LayerNames(const Network& network) {
  std::string names;
  for (const Layer& layer : network.layers) {
    Layer copy = layer;
    if (WeightRule(copy) == nullptr) continue;
    names += (names.empty() ? "" : ", ") + layer.name;
  }
  return names;
}

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) {
    text += (text.empty() ? "" : ", ") + name;
  }
  return text;
}

// Indices of the layers that one name of the `freeze` option means.
Result<std::vector<int>> ResolveFreeze(const Network& network, int head,
                                       const std::string& name) {
  if (name == "none") return std::vector<int>();
  const bool up_to = name.rfind("..", 0) == 0;
  const std::string wanted = up_to ? name.substr(2) : name;
  for (int i = 0; i < static_cast<int>(network.layers.size()); ++i) {
    if (network.layers[i].name != wanted) continue;
    if (i >= head) {
      return InvalidArgumentError(
                 fmt::format("\"{}\" is the new layer for the new classes, or "
                             "above it: it must learn",
                             wanted))
          .WithField("freeze");
    }
    std::vector<int> layers;
    for (int j = up_to ? 0 : i; j <= i; ++j) layers.push_back(j);
    return layers;
  }
  return NotFoundError(fmt::format("the network has no layer \"{}\"; those "
                                   "with parameters are {}",
                                   wanted, LayerNames(network)))
      .WithField("freeze");
}

// Every layer learns at the same rate again, a bias relative to its weight as
// before; and what a foreign file did not know gets a sensible start.
void ResetRules(Layer& layer) {
  ParameterRule* weight = WeightRule(layer);
  ParameterRule* bias = BiasRule(layer);
  if (weight == nullptr) return;
  const float ratio = weight->rate > 0.0f && bias->rate > 0.0f
                          ? bias->rate / weight->rate
                          : 1.0f;
  weight->rate = 1.0f;
  bias->rate = ratio;
}

void Freeze(Layer& layer) {
  if (ParameterRule* weight = WeightRule(layer)) weight->rate = 0.0f;
  if (ParameterRule* bias = BiasRule(layer)) bias->rate = 0.0f;
}

void MakeHead(int64_t classes, float rate, Layer& layer) {
  if (auto* spec = std::get_if<FullyConnected>(&layer.spec)) {
    spec->out_features = classes;
  } else {
    std::get_if<Convolution>(&layer.spec)->out_channels = classes;
  }
  ParameterRule* weight = WeightRule(layer);
  ParameterRule* bias = BiasRule(layer);
  if (weight->init.kind == InitKind::kConstant) {
    weight->init = {InitKind::kGaussian, 0.01f};
  }
  bias->init = {InitKind::kConstant, 0.0f};
  weight->rate *= rate;
  bias->rate *= rate;
}

Recipe RecommendedRecipe(const Model& model, int64_t pictures) {
  Recipe recipe;
  recipe.batch = static_cast<int>(std::clamp<int64_t>(
      pictures / 8, 8, pictures < kSomePictures ? 32 : 128));
  const int64_t updates_per_epoch =
      std::max<int64_t>(1, pictures / recipe.batch);
  recipe.epochs = static_cast<int>(std::clamp<int64_t>(
      kLeastUpdates / updates_per_epoch, kLeastEpochs, kMostEpochs));
  recipe.rate = 0.001f;
  recipe.schedule.kind = ScheduleKind::kStep;
  recipe.schedule.milestones = {0.6f, 0.85f};
  // Where the model's file knows no colour components there is no noise.
  const bool colors =
      model.preprocessing().color_stddev != std::array<float, 3>{0, 0, 0};
  recipe.augmentation.color_sigma = colors ? 0.1f : 0.0f;
  return recipe;
}

std::vector<std::string> DefaultFreeze(const Network& network,
                                       int64_t pictures) {
  std::vector<std::string> convolutions;
  for (const Layer& layer : network.layers) {
    if (As<Convolution>(layer) != nullptr) convolutions.push_back(layer.name);
  }
  if (pictures >= kSomePictures) return {};
  if (pictures >= kFewPictures && convolutions.size() > 2) {
    convolutions.resize(2);
  }
  return convolutions;
}

// The model's parameters widened to float32, and a fresh head.
Result<std::vector<Tensor>> StartingParameters(const Model& model,
                                               const NetworkInfo& info,
                                               int head, uint64_t seed) {
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    ALEXNET_ASSIGN_OR_RETURN(Tensor tensor, Tensor::Create(parameter.shape));
    if (parameter.layer == head) {
      FillInitial(parameter, static_cast<int>(i), seed,
                  {tensor.f32(), static_cast<size_t>(tensor.elements())});
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
  ALEXNET_RETURN_IF_ERROR(OpenDevice(&job.options));
  ALEXNET_ASSIGN_OR_RETURN(
      job.data, OpenTrainingData(options.train.data,
                                 options.train.validation_fraction, job.seed));
  auto plan =
      PlanFinetune(*model, static_cast<int64_t>(job.data.classes().size()),
                   job.data.train_size(), options);
  if (!plan.ok()) return plan.status().WithFile(model->path());
  job.network = plan->network;
  job.choices = plan->choices;
  ALEXNET_ASSIGN_OR_RETURN(job.recipe,
                           ChangeRecipe(plan->recipe, options.train.recipe));
  FitBatch(job.data.train_size(), &job.recipe, &job.choices);
  ALEXNET_ASSIGN_OR_RETURN(job.folder, OpenNewRun(options.train.out));
  job.preprocessing = model->preprocessing();
  ALEXNET_RETURN_IF_ERROR(CompletePreprocessing(
      job.data, job.recipe.augmentation.color_sigma, options.train, listener,
      interrupt, &job.preprocessing));
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(job.network));
  ALEXNET_ASSIGN_OR_RETURN(
      std::vector<Tensor> start,
      StartingParameters(*model, info, plan->head_layer, job.seed));
  job.start = TensorsAsSource(std::move(start));
  job.provenance.source =
      fmt::format("fine-tuned from a {} model", model->network().name);
  job.provenance.parent_hash = model->file_hash();
  job.provenance.created = std::time(nullptr);
  job.provenance.tool = fmt::format("alexnet finetune {}", kEngineVersion);
  job.metadata.push_back({"finetune.frozen", Joined(plan->frozen)});
  return job;
}

}  // namespace

Result<FinetunePlan> PlanFinetune(const Model& model, int64_t classes,
                                  int64_t pictures,
                                  const FinetuneOptions& options) {
  if (!(options.head_rate > 0.0f && options.head_rate <= 1e6f)) {
    return InvalidArgumentError(
               fmt::format("must be above 0, not {:g}", options.head_rate))
        .WithField("head rate");
  }
  FinetunePlan plan;
  plan.network = model.network();
  plan.head_layer = model.info().logits_layer;
  Layer& head = plan.network.layers[plan.head_layer];
  if (WeightRule(head) == nullptr) {
    return UnsupportedError(
        fmt::format("the network's logits come from layer \"{}\", which has no "
                    "parameters: there is no head to replace",
                    head.name));
  }
  plan.head = head.name;
  for (Layer& layer : plan.network.layers) ResetRules(layer);
  MakeHead(classes, options.head_rate, head);
  if (As<Softmax>(plan.network.layers.back()) == nullptr) {
    plan.network.layers.push_back({"finetune_prob", Softmax()});
  }

  const std::vector<std::string> names =
      options.freeze.has_value() ? *options.freeze
                                 : DefaultFreeze(plan.network, pictures);
  for (const std::string& name : names) {
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<int> layers,
        ResolveFreeze(plan.network, plan.head_layer, name));
    for (const int layer : layers) Freeze(plan.network.layers[layer]);
  }
  for (int i = 0; i < static_cast<int>(plan.network.layers.size()); ++i) {
    Layer& layer = plan.network.layers[i];
    const ParameterRule* weight = WeightRule(layer);
    if (weight != nullptr && weight->rate == 0.0f) {
      plan.frozen.push_back(layer.name);
    }
  }
  plan.recipe = RecommendedRecipe(model, pictures);
  plan.choices = {
      fmt::format("layer {} is new, for {} classes, and learns {:g} times as "
                  "fast as the others",
                  plan.head, classes, options.head_rate),
      plan.frozen.empty()
          ? std::string("no layer is frozen")
          : fmt::format("frozen: {}{}", Joined(plan.frozen),
                        options.freeze.has_value()
                            ? ""
                            : fmt::format(", since there are only {} pictures",
                                          pictures)),
      fmt::format("recommended for {} pictures: batch {}, {} epochs, learning "
                  "rate {:g}, cut by ten after 60 and 85 % of the epochs",
                  pictures, plan.recipe.batch, plan.recipe.epochs,
                  plan.recipe.rate)};
  return plan;
}

Result<TrainSummary> Finetune(const FinetuneOptions& options,
                              TrainingListener* listener,
                              const Interrupt& interrupt) {
  TrainingListener silent;
  TrainingListener& told = listener != nullptr ? *listener : silent;
  if (options.train.resume) {
    ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, ResumeJob(options.train));
    return RunTrainingJob(std::move(job), told, interrupt);
  }
  ALEXNET_ASSIGN_OR_RETURN(TrainingJob job, NewJob(options, told, interrupt));
  return RunTrainingJob(std::move(job), told, interrupt);
}

}  // namespace alexnet
