// Small networks: LeNet-5, and an AlexNet that trains in seconds.

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

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
