#include "tools/alexnet/study_claims.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"

namespace alexnet::cli {
namespace {

void TakeTanh(Network& network) { network.set_option("relu", "kind", "tanh"); }

// Of a pooling layer, by its index.
bool Overlaps(const Network& network, size_t index) {
  const alexnet_window window = network.pooling(index).window;
  return window.kernel_h > window.stride_h || window.kernel_w > window.stride_w;
}

// Sets an option of layer `index`.
void Set(Network& network, size_t index, const char* option, int64_t value) {
  // A copy, since names that layers() gives live until there is a change.
  const std::string name = network.layers()[index].name;
  network.set_option(name, option, std::to_string(value));
}

void KeepWindowsApart(Network& network) {
  for (size_t i = 0; i < network.layers().size(); ++i) {
    if (network.layers()[i].type != ALEXNET_LAYER_POOLING) continue;
    if (!Overlaps(network, i)) continue;
    const alexnet_window window = network.pooling(i).window;
    Set(network, i, "kernel_h", window.stride_h);
    Set(network, i, "kernel_w", window.stride_w);
  }
}

const char* LackOfOverlaps(const Network& network) {
  const std::vector<LayerInfo> layers = network.layers();
  for (size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].type != ALEXNET_LAYER_POOLING) continue;
    if (Overlaps(network, i)) return nullptr;
  }
  return "pooling windows that overlap";
}

void LeaveOutLrn(Network& network) { network.remove_layers("lrn"); }

void LeaveOutDropout(Network& network) { network.remove_layers("dropout"); }

// Half of the kernels of each convolution.
void HalveWidth(Network& network) {
  for (size_t i = 0; i < network.layers().size(); ++i) {
    if (network.layers()[i].type != ALEXNET_LAYER_CONVOLUTION) continue;
    Set(network, i, "out_channels", network.convolution(i).out_channels / 2);
  }
}

const char* LackOfTowers(const Network& network) {
  const std::vector<LayerInfo> layers = network.layers();
  for (size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].type != ALEXNET_LAYER_CONVOLUTION) continue;
    if (network.convolution(i).groups > 1) return nullptr;
  }
  return "towers, which are groups of a convolution";
}

// What one GPU of the two would hold.
void KeepOneTower(Network& network) {
  for (size_t i = 0; i < network.layers().size(); ++i) {
    const int32_t type = network.layers()[i].type;
    if (type == ALEXNET_LAYER_CONVOLUTION || type == ALEXNET_LAYER_LRN) {
      Set(network, i, "groups", 1);
    }
  }
  HalveWidth(network);
}

// "We did not use any regularization of any kind" (figure 1).
void DoNotRegularize(Recipe& recipe) {
  recipe.fields |= ALEXNET_RECIPE_WEIGHT_DECAY | ALEXNET_RECIPE_SCHEDULE;
  recipe.weight_decay = 0.0f;
  recipe.schedule = ALEXNET_SCHEDULE_CONSTANT;
}

void DoNotAugment(Recipe& recipe) {
  recipe.fields |= ALEXNET_RECIPE_CROP | ALEXNET_RECIPE_PAD |
                   ALEXNET_RECIPE_MIRROR | ALEXNET_RECIPE_COLOR_SIGMA;
  recipe.crop = ALEXNET_CROP_CENTRE;
  recipe.pad = 0;
  recipe.mirror = 0;
  recipe.color_sigma = 0.0f;
}

const char* LackOfAugmentation(const Network& network) {
  const Recipe recipe = network.recipe();
  const bool augments = recipe.crop != ALEXNET_CROP_CENTRE ||
                        recipe.mirror != 0 || recipe.color_sigma > 0.0f;
  return augments ? nullptr : "augmentation in its recipe";
}

constexpr Claim kClaims[] = {
    {.name = "relu",
     .sentence = "ReLU learns faster than tanh: figure 1 of the paper reaches "
                 "25 % training error on CIFAR-10 six times faster",
     .preset = "cifar10",
     .epochs = 40,
     .measure = Measure::kEpochsTo25,
     .with = {.name = "relu"},
     .without = {.name = "tanh", .edit = TakeTanh},
     .recipe = DoNotRegularize},
    {.name = "pooling",
     .sentence = "Overlapping pooling windows lower the error (section 3.4: "
                 "0.4 % top-1, 0.3 % top-5)",
     .preset = "cifar10_lrn",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "overlapping"},
     .without = {.name = "apart", .edit = KeepWindowsApart},
     .lacks = LackOfOverlaps},
    {.name = "lrn",
     .sentence = "Response normalization lowers the error (section 3.3: 1.4 % "
                 "top-1, 1.2 % top-5; 13 % to 11 % on CIFAR-10)",
     .preset = "cifar10_lrn",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "lrn"},
     .without = {.name = "no_lrn", .edit = LeaveOutLrn}},
    {.name = "augmentation",
     .sentence = "Shifted and mirrored pictures lower the error (section 4.1; "
                 "colour noise alone over 1 % top-1)",
     .preset = "cifar10_lrn",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "augmented"},
     .without = {.name = "plain", .change = DoNotAugment},
     .lacks = LackOfAugmentation},
    {.name = "dropout",
     .sentence = "Dropout lowers the error of a network that overfits (section "
                 "4.2)",
     .preset = "alexnet_small",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "dropout"},
     .without = {.name = "no_dropout", .edit = LeaveOutDropout}},
    {.name = "towers",
     .sentence = "Two towers lower the error of one with half of the kernels "
                 "(section 3.2: 1.7 % top-1, 1.2 % top-5)",
     .preset = "alexnet_small",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "two_towers"},
     .without = {.name = "one_tower", .edit = KeepOneTower},
     .lacks = LackOfTowers},
    {.name = "crops",
     .sentence = "The mean over ten crops lowers the error of the centre alone "
                 "(section 4.1: 39.0 % to 37.5 % top-1)",
     .preset = "alexnet_small",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "ten_crops", .ten_crops = true},
     .without = {.name = "centre"}},
    {.name = "width",
     .sentence = "Half of the kernels cost accuracy (section 7 of the paper: "
                 "the size of the network matters)",
     .preset = "alexnet_small",
     .epochs = 20,
     .measure = Measure::kHeldOutError,
     .with = {.name = "whole"},
     .without = {.name = "half", .edit = HalveWidth}},
};

}  // namespace

std::span<const Claim> Claims() { return kClaims; }

const Claim& FindClaim(const std::string& name) {
  std::string names;
  for (const Claim& claim : kClaims) {
    if (name == claim.name) return claim;
    names += (names.empty() ? "" : ", ") + std::string(claim.name);
  }
  throw Failure("there is no study \"" + name + "\"; there are " + names);
}

}  // namespace alexnet::cli
