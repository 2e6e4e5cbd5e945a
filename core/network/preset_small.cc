// Small networks: the three-convolution ancestor, LeNet-5, and an AlexNet that
// trains in seconds.

#include <algorithm>

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

// Overlapped, and reaching over the edge: 32 -> 16 -> 8 -> 4.
const Window kOverEdge = Window::Square(3, 2, 0, Rounding::kCeil);

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
  // Within a map, as cuda-convnet's "18pct" net and Caffe's cifar10_full.
  constexpr Lrn kNorm = {.region = LrnRegion::kWithinChannel,
                         .size = 3,
                         .alpha = 5e-5f,
                         .divide_alpha = true,
                         .beta = 0.75f,
                         .k = 1.0f,
                         .groups = 1};
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
          .Normalize("norm1", kNorm)
          .Convolve("conv2", 32, Window::Square(5, 1, 2), 1, Gaussian(0.01f, 0))
          .Relu("relu2")
          .Pool("pool2", PoolKind::kAverage, kOverEdge)
          .Normalize("norm2", kNorm)
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

Preset MakeLenet5(int64_t classes, int64_t size) {
  const WeightAndBias fan_in = {{{InitKind::kFanInUniform, 0}, 1.0f, 1.0f},
                                {{InitKind::kConstant, 0}, 1.0f, 0.0f}};
  const Window pool = Window::Square(2, 2);
  Preset preset;
  preset.network = ChainBuilder("lenet5", 1, size)
                       .Convolve("conv1", 6, Window::Square(5, 1), 1, fan_in)
                       .Tanh("tanh1")
                       .Pool("pool1", PoolKind::kAverage, pool)
                       .Convolve("conv2", 16, Window::Square(5, 1), 1, fan_in)
                       .Tanh("tanh2")
                       .Pool("pool2", PoolKind::kAverage, pool)
                       .Full("fc3", 120, fan_in)
                       .Tanh("tanh3")
                       .Full("fc4", 84, fan_in)
                       .Tanh("tanh4")
                       .Full("fc5", classes, fan_in)
                       .Classify();
  Preprocessing& preprocessing = preset.preprocessing;
  preprocessing.order = ChannelOrder::kGray;
  preprocessing.resize_rule = ResizeRule::kWarp;
  preprocessing.resize = static_cast<int>(size);
  preprocessing.scale = 1.0f / 255;
  preprocessing.mean_kind = MeanKind::kChannel;
  preprocessing.mean = {0.5f, 0, 0};
  preprocessing.stddev = {0.5f, 1, 1};
  preset.recipe.epochs = 20;
  preset.recipe.batch = 64;
  preset.recipe.schedule.kind = ScheduleKind::kStep;
  preset.recipe.schedule.milestones = {0.6f, 0.85f};
  preset.recipe.augmentation.crop = CropKind::kCentre;
  preset.recipe.augmentation.mirror = false;  // digits are not symmetric
  preset.recipe.augmentation.color_sigma = 0.0f;
  return preset;
}

Preset MakeAlexnetSmall(int64_t classes, int64_t size) {
  // Weights by fan-in, so that a few thousand pictures are enough to get going.
  const WeightAndBias fan_in = {{{InitKind::kXavierUniform, 0}, 1.0f, 1.0f},
                                {{InitKind::kConstant, 0}, 2.0f, 0.0f}};
  constexpr Lrn kNorm = {.region = LrnRegion::kAcrossChannels,
                         .size = 5,
                         .alpha = 1e-4f,
                         .divide_alpha = true,
                         .beta = 0.75f,
                         .k = 2.0f,
                         .groups = 1};
  const Window pool = Window::Square(3, 2, 0, Rounding::kCeil);
  Preset preset;
  preset.network =
      ChainBuilder("alexnet_small", 3, size)
          .Convolve("conv1", 32, Window::Square(5, 2, 2), 1, fan_in)
          .Relu("relu1")
          .Normalize("norm1", kNorm)
          .Pool("pool1", PoolKind::kMax, pool)
          .Convolve("conv2", 64, Window::Square(5, 1, 2), 2, fan_in)
          .Relu("relu2")
          .Normalize("norm2", kNorm)
          .Pool("pool2", PoolKind::kMax, pool)
          .Convolve("conv3", 96, Window::Square(3, 1, 1), 1, fan_in)
          .Relu("relu3")
          .Convolve("conv4", 64, Window::Square(3, 1, 1), 2, fan_in)
          .Relu("relu4")
          .Pool("pool5", PoolKind::kMax, pool)
          .Full("fc6", 256, fan_in)
          .Relu("relu6")
          .Drop("drop6")
          .Full("fc8", classes, fan_in)
          .Classify();
  Preprocessing& preprocessing = preset.preprocessing;
  preprocessing = PaperPreprocessing();
  preprocessing.resize = static_cast<int>(size * 8 / 7);
  preprocessing.scale = 1.0f / 255;
  preprocessing.mean = {0.5f, 0.5f, 0.5f};
  preprocessing.stddev = {0.25f, 0.25f, 0.25f};
  preset.recipe.batch = 64;
  preset.recipe.epochs = 20;
  preset.recipe.rate = 0.02f;
  preset.recipe.schedule.kind = ScheduleKind::kStep;
  preset.recipe.schedule.milestones = {0.6f, 0.85f};
  return preset;
}

}  // namespace

std::span<const PresetEntry> SmallPresets() {
  static constexpr PresetEntry kEntries[] = {
      {{"cifar10", "The three-convolution ancestor for 32-pixel pictures"},
       MakeCifar10,
       10,
       32},
      {{"cifar10_lrn", "The same with LRN, mirrors and shifts"},
       MakeCifar10Lrn,
       10,
       32},
      {{"lenet5", "LeNet-5: average pooling, tanh, grey 32-pixel pictures"},
       MakeLenet5,
       10,
       32},
      {{"alexnet_small",
        "An AlexNet that trains in seconds, for demos and tests"},
       MakeAlexnetSmall,
       10,
       56},
  };
  return kEntries;
}

}  // namespace alexnet
