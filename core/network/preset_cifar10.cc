// Networks for the 32-pixel pictures of CIFAR-10: the three-convolution
// ancestor, and the nets that cuda-convnet was published with.
//
// Layers, initial weights, rates and decays of the latter are those of its
// example-layers (layers-NAME.cfg and layer-params-NAME.cfg), batches its
// default, epochs what the comments of those files say.

#include <algorithm>
#include <initializer_list>

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

constexpr int64_t kCifar10Size = 32;

// Overlapped, and reaching over the edge: 32 -> 16 -> 8 -> 4.
const Window kOverEdge = Window::Square(3, 2, 0, Rounding::kCeil);

// Within a map, as cuda-convnet's "18pct" net and Caffe's cifar10_full.
constexpr Lrn kNormWithin = {.region = LrnRegion::kWithinChannel,
                             .size = 3,
                             .alpha = 5e-5f,
                             .divide_alpha = true,
                             .beta = 0.75f,
                             .k = 1.0f,
                             .groups = 1};

Preprocessing Cifar10Preprocessing(int64_t size) {
  Preprocessing preprocessing;
  preprocessing.resize_rule = ResizeRule::kWarp;
  preprocessing.resize = static_cast<int>(size);
  preprocessing.mean_kind = MeanKind::kImageAtCentre;
  preprocessing.view_order = ViewOrder::kConvnet;
  return preprocessing;
}

// 0.001 for eight epochs of ten, then a tenth of it.
Recipe Cifar10Recipe() {
  Recipe recipe;
  recipe.batch = 100;
  recipe.epochs = 10;
  recipe.rate = 0.001f;
  recipe.weight_decay = 0.004f;
  recipe.schedule.kind = ScheduleKind::kStep;
  recipe.schedule.milestones = {0.8f};
  recipe.augmentation.crop = CropKind::kCentre;
  recipe.augmentation.mirror = false;
  recipe.augmentation.color_sigma = 0.0f;
  return recipe;
}

Preset MakeCifar10(int64_t classes, int64_t size) {
  Preset preset;
  preset.network =
      ChainBuilder("cifar10", 3, size)
          .Convolve("conv1", 32, Window::Square(5, 1, 2), 1,
                    Gaussian(0.0001f, 0))
          .Pool("pool1", PoolKind::kMax, kOverEdge)
          .Relu("relu1")
          .Convolve("conv2", 32, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu2")
          .Pool("pool2", PoolKind::kAverage, kOverEdge)
          .Convolve("conv3", 64, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu3")
          .Pool("pool3", PoolKind::kAverage, kOverEdge)
          .Full("fc4", 64, Gaussian(0.1f, 0))
          .Full("fc5", classes, Gaussian(0.1f, 0))
          .Classify();
  preset.preprocessing = Cifar10Preprocessing(size);
  preset.recipe = Cifar10Recipe();
  return preset;
}

Preset MakeCifar10Lrn(int64_t classes, int64_t size) {
  // The last layer decays harder than the others, as there.
  WeightAndBias last = Gaussian(0.01f, 0);
  last.weight.decay = 10.0f;
  Preset preset;
  preset.network =
      ChainBuilder("cifar10_lrn", 3, size)
          .Convolve("conv1", 32, Window::Square(5, 1, 2), 1,
                    Gaussian(0.003f, 0))
          .Pool("pool1", PoolKind::kMax, kOverEdge)
          .Relu("relu1")
          .Normalize("norm1", kNormWithin)
          .Convolve("conv2", 32, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu2")
          .Pool("pool2", PoolKind::kAverage, kOverEdge)
          .Normalize("norm2", kNormWithin)
          .Convolve("conv3", 64, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu3")
          .Pool("pool3", PoolKind::kAverage, kOverEdge)
          .Full("fc4", classes, last)
          .Classify();
  preset.preprocessing = Cifar10Preprocessing(size);
  // A fifth of the epochs those took, and mirrors and shifts that hold the net
  // back by themselves: so twice their rate, a quarter of their decay, and
  // first filters that start larger.
  preset.recipe = Cifar10Recipe();
  preset.recipe.epochs = 30;
  preset.recipe.rate = 0.002f;
  preset.recipe.weight_decay = 0.001f;
  preset.recipe.schedule.milestones = {0.7f, 0.9f};
  preset.recipe.augmentation.crop = CropKind::kRandom;
  preset.recipe.augmentation.pad = 4;
  preset.recipe.augmentation.mirror = true;
  return preset;
}

// Gaussian weights whose decay is `decay`, the recipe's being `of`.
WeightAndBias GaussianDecaying(float stddev, float decay, float of) {
  WeightAndBias rules = Gaussian(stddev, 0);
  rules.weight.decay = decay / of;
  return rules;
}

// Of an input of fewer than 32 pixels, what its provider "cifar-cropped" does:
// training sees crops anywhere in the picture, mirrored or not, and ten crops
// are the corners and the centre.
Preprocessing ConvnetPreprocessing(int64_t size) {
  return Cifar10Preprocessing(std::max(size, kCifar10Size));
}

Recipe ConvnetRecipe(int64_t size, int epochs,
                     std::initializer_list<int> cuts) {
  Recipe recipe = Cifar10Recipe();
  recipe.batch = 128;
  recipe.epochs = epochs;
  recipe.schedule.milestones.clear();
  for (const int cut : cuts) {
    recipe.schedule.milestones.push_back(static_cast<float>(cut) /
                                         static_cast<float>(epochs));
  }
  if (size < kCifar10Size) {
    recipe.augmentation.crop = CropKind::kRandom;
    recipe.augmentation.mirror = true;
  }
  return recipe;
}

Preset MakeConvnet26(int64_t classes, int64_t size) {
  Preset preset;
  preset.preprocessing = ConvnetPreprocessing(size);
  preset.recipe = ConvnetRecipe(size, 10, {8});
  const float decay = preset.recipe.weight_decay;
  preset.network =
      ChainBuilder("cuda_convnet_26pct", 3, size)
          .Convolve("conv1", 32, Window::Square(5, 1, 2), 1,
                    Gaussian(0.0001f, 0))
          .Pool("pool1", PoolKind::kMax, kOverEdge)
          .Relu("relu1")
          .Convolve("conv2", 32, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu2")
          .Pool("pool2", PoolKind::kAverage, kOverEdge)
          .Convolve("conv3", 64, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu3")
          .Pool("pool3", PoolKind::kAverage, kOverEdge)
          .Full("fc4", 64, GaussianDecaying(0.1f, 0.03f, decay))
          .Relu("relu4")
          .Full("fc5", classes, GaussianDecaying(0.1f, 0.03f, decay))
          .Classify();
  return preset;
}

Preset MakeConvnet18(int64_t classes, int64_t size) {
  Preset preset;
  preset.preprocessing = ConvnetPreprocessing(size);
  preset.recipe = ConvnetRecipe(size, 140, {120, 130});
  preset.network =
      ChainBuilder("cuda_convnet_18pct", 3, size)
          .Convolve("conv1", 32, Window::Square(5, 1, 2), 1,
                    Gaussian(0.0001f, 0))
          .Pool("pool1", PoolKind::kMax, kOverEdge)
          .Relu("relu1")
          .Normalize("norm1", kNormWithin)
          .Convolve("conv2", 32, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu2")
          .Pool("pool2", PoolKind::kAverage, kOverEdge)
          .Normalize("norm2", kNormWithin)
          .Convolve("conv3", 64, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu3")
          .Pool("pool3", PoolKind::kAverage, kOverEdge)
          .Full("fc4", classes,
                GaussianDecaying(0.01f, 1.0f, preset.recipe.weight_decay))
          .Classify();
  return preset;
}

}  // namespace

std::span<const PresetEntry> Cifar10Presets() {
  static constexpr PresetEntry kEntries[] = {
      {{"cifar10", "The three-convolution ancestor for 32-pixel pictures"},
       MakeCifar10,
       10,
       32},
      {{"cifar10_lrn", "The same with LRN, mirrors and shifts"},
       MakeCifar10Lrn,
       10,
       32},
      {{"cuda_convnet_26pct", "cuda-convnet's CIFAR-10 net of 26 % error"},
       MakeConvnet26,
       10,
       kCifar10Size},
      {{"cuda_convnet_18pct", "cuda-convnet's CIFAR-10 net of 18 % error"},
       MakeConvnet18,
       10,
       kCifar10Size},
  };
  return kEntries;
}

}  // namespace alexnet
