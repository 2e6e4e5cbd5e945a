// The one-tower networks: torchvision's, cuda-convnet2's and TF-slim's.

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

const Window kPool = Window::Square(3, 2);

Preset MakeTorchvision(int64_t classes, int64_t size) {
  // PyTorch's default initial values; biases learn and decay as weights do.
  const WeightAndBias torch = {{{InitKind::kFanInUniform, 0}, 1.0f, 1.0f},
                               {{InitKind::kFanInUniform, 0}, 1.0f, 1.0f}};
  Preset preset;
  preset.network =
      ChainBuilder("torchvision", 3, size)
          .Convolve("conv1", 64, Window::Square(11, 4, 2), 1, torch)
          .Relu("relu1")
          .Pool("pool1", PoolKind::kMax, kPool)
          .Convolve("conv2", 192, Window::Square(5, 1, 2), 1, torch)
          .Relu("relu2")
          .Pool("pool2", PoolKind::kMax, kPool)
          .Convolve("conv3", 384, Window::Square(3, 1, 1), 1, torch)
          .Relu("relu3")
          .Convolve("conv4", 256, Window::Square(3, 1, 1), 1, torch)
          .Relu("relu4")
          .Convolve("conv5", 256, Window::Square(3, 1, 1), 1, torch)
          .Relu("relu5")
          .Pool("pool5", PoolKind::kMax, kPool)
          .AdaptToSize("avgpool", 6)
          .Drop("drop6")
          .Full("fc6", 4096, torch)
          .Relu("relu6")
          .Drop("drop7")
          .Full("fc7", 4096, torch)
          .Relu("relu7")
          .Full("fc8", classes, torch)
          .Classify();
  Preprocessing& preprocessing = preset.preprocessing;
  preprocessing = PaperPreprocessing();
  preprocessing.scale = 1.0f / 255;
  preprocessing.mean = {0.485f, 0.456f, 0.406f};
  preprocessing.stddev = {0.229f, 0.224f, 0.225f};
  preprocessing.view_order = ViewOrder::kCaffe;
  Recipe& recipe = preset.recipe;
  recipe.batch = 256;
  recipe.weight_decay = 1e-4f;
  recipe.schedule.kind = ScheduleKind::kStep;
  recipe.schedule.milestones = {1.0f / 3, 2.0f / 3};
  recipe.augmentation.crop = CropKind::kRandomResized;
  recipe.augmentation.color_sigma = 0.0f;
  return preset;
}

Preset MakeOwt(int64_t classes, int64_t size) {
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
      ChainBuilder("owt", 3, size)
          .Convolve("conv1", 64, Window::Square(11, 4, 0, Rounding::kCeil), 1,
                    Gaussian(0.01f, 0))
          .Normalize("norm1", kNorm)
          .Pool("pool1", PoolKind::kMax, pool)
          .Relu("relu1")
          .Convolve("conv2", 192, Window::Square(5, 1, 2), 1,
                    Gaussian(0.01f, 1))
          .Relu("relu2")
          .Normalize("norm2", kNorm)
          .Pool("pool2", PoolKind::kMax, pool)
          .Convolve("conv3", 384, Window::Square(3, 1, 1), 1,
                    Gaussian(0.03f, 0))
          .Relu("relu3")
          .Convolve("conv4", 256, Window::Square(3, 1, 1), 1,
                    Gaussian(0.03f, 1))
          .Relu("relu4")
          .Convolve("conv5", 256, Window::Square(3, 1, 1), 1,
                    Gaussian(0.03f, 1))
          .Pool("pool5", PoolKind::kMax, pool)
          .Relu("relu5")
          .Full("fc6", 4096, Gaussian(0.01f, 1))
          .Relu("relu6")
          .Drop("drop6")
          .Full("fc7", 4096, Gaussian(0.01f, 1))
          .Relu("relu7")
          .Drop("drop7")
          .Full("fc8", classes, Gaussian(0.01f, -7))
          .Classify();
  preset.preprocessing = PaperPreprocessing();
  preset.preprocessing.resize_filter = ResizeFilter::kOpenCvArea;
  preset.preprocessing.mean_kind = MeanKind::kImageAtCentre;
  // "dexp" with four levels from 0.01 down to 0.01 / 250, equally long.
  preset.recipe.schedule.kind = ScheduleKind::kStep;
  preset.recipe.schedule.factor = 0.15874f;  // 250^(-1/3)
  preset.recipe.schedule.milestones = {0.25f, 0.5f, 0.75f};
  preset.recipe.augmentation.rescale_after_noise = true;
  return preset;
}

Preset MakeTfSlim(int64_t classes, int64_t size) {
  const auto rules = [](Init weight, float bias) {
    return WeightAndBias{{weight, 1.0f, 1.0f},
                         {{InitKind::kConstant, bias}, 1.0f, 0.0f}};
  };
  const WeightAndBias convolution = rules({InitKind::kXavierUniform, 0}, 0.1f);
  const Init truncated = {InitKind::kTruncatedNormal, 0.005f};
  Preset preset;
  preset.network =
      ChainBuilder("tf_slim", 3, size)
          .Convolve("conv1", 64, Window::Square(11, 4), 1, convolution)
          .Relu("relu1")
          .Pool("pool1", PoolKind::kMax, kPool)
          .Convolve("conv2", 192, Window::Square(5, 1, 2), 1, convolution)
          .Relu("relu2")
          .Pool("pool2", PoolKind::kMax, kPool)
          .Convolve("conv3", 384, Window::Square(3, 1, 1), 1, convolution)
          .Relu("relu3")
          .Convolve("conv4", 384, Window::Square(3, 1, 1), 1, convolution)
          .Relu("relu4")
          .Convolve("conv5", 256, Window::Square(3, 1, 1), 1, convolution)
          .Relu("relu5")
          .Pool("pool5", PoolKind::kMax, kPool)
          .Convolve("fc6", 4096, Window::Square(5, 1), 1,
                    rules(truncated, 0.1f))
          .Relu("relu6")
          .Drop("drop6")
          .Convolve("fc7", 4096, Window::Square(1, 1), 1,
                    rules(truncated, 0.1f))
          .Relu("relu7")
          .Drop("drop7")
          .Convolve("fc8", classes, Window::Square(1, 1), 1,
                    rules(truncated, 0))
          .Classify();
  preset.preprocessing = PaperPreprocessing();
  preset.preprocessing.mean = {123.68f, 116.78f, 103.94f};  // TF-slim's
  preset.preprocessing.view_order = ViewOrder::kCaffe;
  preset.recipe.augmentation.color_sigma = 0.0f;
  return preset;
}

}  // namespace

std::span<const PresetEntry> SinglePresets() {
  static constexpr PresetEntry kEntries[] = {
      {{"torchvision", "torchvision's one-tower AlexNet, no LRN"},
       MakeTorchvision,
       1000,
       224},
      {{"owt", "cuda-convnet2's one-GPU net, 'one weird trick', with LRN"},
       MakeOwt,
       1000,
       224},
      {{"tf_slim", "TF-slim's alexnet_v2: fully connected as convolutions"},
       MakeTfSlim,
       1000,
       224},
  };
  return kEntries;
}

}  // namespace alexnet
