// Networks for the 32-pixel pictures of CIFAR-10: the three-convolution
// ancestor, and the nets that cuda-convnet was published with.
//
// Layers, initial weights, rates and decays of the latter are those of its
// example-layers (layers-NAME.cfg and layer-params-NAME.cfg), batches its
// default. Epochs are what the comments of those files say, or its page on
// methodology; they have no pictures for validation, as at the end there.

#include <initializer_list>

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

constexpr int64_t kCifar10Size = 32;
constexpr int64_t kCroppedSize = 24;  // of crops, a border of 4 around them

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

// Three convolutions, each followed by a pooling of half the pixels, whose
// first filters start at `first`; normalized after the first two poolings, or
// not.
ChainBuilder ThreeConvolutions(const char* name, int64_t size, float first,
                               bool normalized) {
  const Window window = Window::Square(5, 1, 2);
  ChainBuilder chain(name, 3, size);
  chain.Convolve("conv1", 32, window, 1, Gaussian(first, 0))
      .Pool("pool1", PoolKind::kMax, kOverEdge)
      .Relu("relu1");
  if (normalized) chain.Normalize("norm1", kNormWithin);
  chain.Convolve("conv2", 32, window, 1, Gaussian(0.01f, 0))
      .Relu("relu2")
      .Pool("pool2", PoolKind::kAverage, kOverEdge);
  if (normalized) chain.Normalize("norm2", kNormWithin);
  chain.Convolve("conv3", 64, window, 1, Gaussian(0.01f, 0))
      .Relu("relu3")
      .Pool("pool3", PoolKind::kAverage, kOverEdge);
  return chain;
}

Preset MakeCifar10(int64_t classes, int64_t size) {
  Preset preset;
  preset.network =
      ThreeConvolutions("cifar10", size, 0.0001f, /*normalized=*/false)
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
      ThreeConvolutions("cifar10_lrn", size, 0.003f, /*normalized=*/true)
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
WeightAndBias Undecaying(float stddev) {
  return GaussianDecaying(stddev, 0, 1);
}

// Of an input of fewer than 32 pixels, what its provider "cifar-cropped" does:
// training sees crops anywhere in the picture, mirrored or not, and ten crops
// are the corners and the centre.
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
  preset.preprocessing = Cifar10Preprocessing(size);
  preset.recipe = ConvnetRecipe(size, 10, {8});
  const float decay = preset.recipe.weight_decay;
  preset.network =
      ThreeConvolutions("cuda_convnet_26pct", size, 0.0001f,
                        /*normalized=*/false)
          .Full("fc4", 64, GaussianDecaying(0.1f, 0.03f, decay))
          .Relu("relu4")
          .Full("fc5", classes, GaussianDecaying(0.1f, 0.03f, decay))
          .Classify();
  return preset;
}

Preset MakeConvnet18(int64_t classes, int64_t size) {
  Preset preset;
  preset.preprocessing = Cifar10Preprocessing(size);
  preset.recipe = ConvnetRecipe(size, 140, {120, 130});
  preset.network =
      ThreeConvolutions("cuda_convnet_18pct", size, 0.0001f,
                        /*normalized=*/true)
          .Full("fc4", classes,
                GaussianDecaying(0.01f, 1.0f, preset.recipe.weight_decay))
          .Classify();
  return preset;
}

// As the published response normalization across maps: k is 1.
constexpr Lrn kNormAcross = {.region = LrnRegion::kAcrossChannels,
                             .size = 9,
                             .alpha = 0.001f,
                             .divide_alpha = true,
                             .beta = 0.75f,
                             .k = 1.0f,
                             .groups = 1};

// Two convolutions, normalized or not, and two locally connected layers, the
// first of `channels`.
ChainBuilder TwoLocal(const char* name, int64_t size, bool normalized,
                      int64_t channels) {
  const Window window = Window::Square(5, 1, 2);
  const Window local = Window::Square(3, 1, 1);
  ChainBuilder chain(name, 3, size);
  chain.Convolve("conv1", 64, window, 1, Undecaying(0.0001f))
      .Relu("relu1")
      .Pool("pool1", PoolKind::kMax, kOverEdge);
  if (normalized) chain.Normalize("norm1", kNormAcross);
  chain.Convolve("conv2", 64, window, 1, Undecaying(0.01f)).Relu("relu2");
  if (normalized) chain.Normalize("norm2", kNormAcross);
  chain.Pool("pool2", PoolKind::kMax, kOverEdge)
      .Local("local3", channels, local, Gaussian(0.04f, 0))
      .Relu("relu3")
      .Local("local4", 32, local, Gaussian(0.04f, 0))
      .Relu("relu4");
  return chain;
}

Preset MakeConvnet13(int64_t classes, int64_t size) {
  Preset preset;
  preset.preprocessing = Cifar10Preprocessing(size);
  preset.recipe = ConvnetRecipe(size, 160, {140, 150});
  preset.network =
      TwoLocal("cuda_convnet_13pct", size, /*normalized=*/false, 32)
          .Full("fc5", classes, Gaussian(0.01f, 0))
          .Classify();
  return preset;
}

Preset MakeConvnet11(int64_t classes, int64_t size) {
  Preset preset;
  preset.preprocessing = Cifar10Preprocessing(size);
  preset.recipe = ConvnetRecipe(size, 520, {500, 510});
  preset.network =
      TwoLocal("cuda_convnet_11pct", size, /*normalized=*/true, 64)
          .Full("fc5", classes,
                GaussianDecaying(0.01f, 0.01f, preset.recipe.weight_decay))
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
       kCifar10Size,
       kCifar10Size},
      {{"cuda_convnet_18pct", "cuda-convnet's CIFAR-10 net of 18 % error"},
       MakeConvnet18,
       10,
       kCifar10Size,
       kCifar10Size},
      {{"cuda_convnet_13pct",
        "cuda-convnet's net of 13 % error, on 24-pixel crops"},
       MakeConvnet13,
       10,
       kCroppedSize,
       kCifar10Size},
      {{"cuda_convnet_11pct",
        "cuda-convnet's net of 11 % error, on 24-pixel crops"},
       MakeConvnet11,
       10,
       kCroppedSize,
       kCifar10Size},
  };
  return kEntries;
}

}  // namespace alexnet
