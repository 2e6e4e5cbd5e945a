#include "core/train/finetune/plan_finetune.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "core/base/check.h"

namespace alexnet {
namespace {

constexpr int64_t kFewPictures = 5'000;    // freeze every convolution
constexpr int64_t kSomePictures = 50'000;  // freeze the first two
// Updates that a few hundred pictures need, and that many thousands may have.
constexpr int64_t kLeastUpdates = 300;
constexpr int kLeastEpochs = 5;
constexpr int kMostEpochs = 30;

// Layers that one name of the `freeze` option means.
Result<std::vector<Layer*>> ResolveFreeze(const std::string& name, int head,
                                          Network* network) {
  std::vector<Layer*> layers;
  if (name == "none") return layers;
  const bool up_to = name.starts_with("..");
  const std::string wanted = up_to ? name.substr(2) : name;
  const Result<int> found = FindLayer(*network, wanted);
  if (!found.ok()) return found.status().WithField("freeze");
  if (*found >= head) {
    return InvalidArgumentError(
               fmt::format("\"{}\" is the new layer for the new classes, or "
                           "above it: it must learn",
                           wanted))
        .WithField("freeze");
  }
  for (int i = up_to ? 0 : *found; i <= *found; ++i) {
    layers.push_back(&network->layers[static_cast<size_t>(i)]);
  }
  return layers;
}

// Every layer learns at the same rate again, a bias relative to its weight as
// before.
void ResetRates(Layer& layer) {
  VisitParameters(layer, [](auto& spec) {
    const bool related = spec.weight.rate > 0.0f && spec.bias.rate > 0.0f;
    spec.bias.rate = related ? spec.bias.rate / spec.weight.rate : 1.0f;
    spec.weight.rate = 1.0f;
  });
}

void Freeze(Layer& layer) {
  VisitParameters(layer, [](auto& spec) {
    spec.weight.rate = 0.0f;
    spec.bias.rate = 0.0f;
  });
}

bool IsFrozen(const Layer& layer) {
  bool frozen = false;
  VisitParameters(layer,
                  [&](const auto& spec) { frozen = spec.weight.rate == 0.0f; });
  return frozen;
}

void MakeHead(int64_t classes, float rate, Layer& layer) {
  VisitParameters(layer, [&](auto& spec) {
    if constexpr (requires { spec.out_features; }) {
      spec.out_features = classes;
    } else {
      spec.out_channels = classes;
    }
    // A file of a foreign format does not know how its weights began.
    if (spec.weight.init.kind == InitKind::kConstant) {
      spec.weight.init = {InitKind::kGaussian, 0.01f};
    }
    spec.bias.init = {InitKind::kConstant, 0.0f};
    spec.weight.rate *= rate;
    spec.bias.rate *= rate;
  });
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
  recipe.augmentation.color_sigma =
      model.preprocessing().knows_colors() ? 0.1f : 0.0f;
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

std::vector<std::string> Choices(const FinetunePlan& plan, int64_t classes,
                                 int64_t pictures, const HeadOptions& options) {
  const std::string& head =
      plan.network.layers[static_cast<size_t>(plan.head_layer)].name;
  return {
      fmt::format("layer {} is new, for {} classes, and learns {:g} times as "
                  "fast as the others",
                  head, classes, options.head_rate),
      plan.frozen.empty()
          ? std::string("no layer is frozen")
          : fmt::format("frozen: {}{}", fmt::join(plan.frozen, ", "),
                        options.freeze.has_value()
                            ? ""
                            : fmt::format(", since there are only {} pictures",
                                          pictures)),
      fmt::format("recommended for {} pictures: batch {}, {} epochs, learning "
                  "rate {:g}, cut by ten after 60 and 85 % of the epochs",
                  pictures, plan.recipe.batch, plan.recipe.epochs,
                  plan.recipe.rate)};
}

}  // namespace

Result<FinetunePlan> PlanFinetune(const Model& model, int64_t classes,
                                  int64_t pictures,
                                  const HeadOptions& options) {
  // BEGIN options: core.checks finetune_options of=options
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("head_rate", options.head_rate, 1e-6f, 1e6f));
  // END options
  FinetunePlan plan;
  plan.network = model.network();
  plan.head_layer = model.info().logits_layer;
  std::vector<Layer>& layers = plan.network.layers;
  Layer& head = layers[static_cast<size_t>(plan.head_layer)];
  if (!HasParameters(head)) {
    return UnsupportedError(
        fmt::format("the network's logits come from layer \"{}\", which has no "
                    "parameters: there is no head to replace",
                    head.name));
  }
  for (Layer& layer : layers) ResetRates(layer);
  MakeHead(classes, options.head_rate, head);
  if (As<Softmax>(layers.back()) == nullptr) {
    layers.push_back({"finetune_prob", Softmax()});
  }

  const std::vector<std::string> names =
      options.freeze.has_value() ? *options.freeze
                                 : DefaultFreeze(plan.network, pictures);
  for (const std::string& name : names) {
    ALEXNET_ASSIGN_OR_RETURN(
        const std::vector<Layer*> frozen,
        ResolveFreeze(name, plan.head_layer, &plan.network));
    for (Layer* layer : frozen) Freeze(*layer);
  }
  for (const Layer& layer : layers) {
    if (IsFrozen(layer)) plan.frozen.push_back(layer.name);
  }
  plan.recipe = RecommendedRecipe(model, pictures);
  plan.choices = Choices(plan, classes, pictures, options);
  return plan;
}

}  // namespace alexnet
