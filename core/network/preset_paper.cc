// The 2012 network: as the paper prints it, and as the published code has it.

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

// The towers of a layer normalize alone: each lived on a GPU of its own.
constexpr int64_t kTowers = 2;

// Section 3.3, with alpha divided by n as the code did.
constexpr Lrn kAcross = {.region = LrnRegion::kAcrossChannels,
                         .size = 5,
                         .alpha = 1e-4f,
                         .divide_alpha = true,
                         .beta = 0.75f,
                         .k = 2.0f,
                         .groups = kTowers};

// The code's normalization after conv2 that the paper leaves out ("cnorm2").
constexpr Lrn kWithin = {.region = LrnRegion::kWithinChannel,
                         .size = 5,
                         .alpha = 1e-3f,
                         .divide_alpha = true,
                         .beta = 0.75f,
                         .k = 1.0f,
                         .groups = 1};

// Section 3.4: overlapping, z = 3, s = 2.
const Window kOverlapped = Window::Square(3, 2);

}  // namespace

Preprocessing PaperPreprocessing() {
  Preprocessing preprocessing;
  preprocessing.order = ChannelOrder::kRgb;
  preprocessing.resize_rule = ResizeRule::kShortSide;
  preprocessing.resize_filter = ResizeFilter::kAntialiasedBilinear;
  preprocessing.resize = 256;
  preprocessing.mean_kind = MeanKind::kChannel;
  preprocessing.mean = {127.305f, 119.715f, 104.913f};
  preprocessing.view_order = ViewOrder::kConvnet;
  preprocessing.color_stddev = {19.7208f, 37.0939f, 121.7801f};
  preprocessing.color_axes = {0.41796f,  -0.71258f, -0.56351f,
                              -0.81698f, -0.02354f, -0.57618f,
                              0.39731f,  0.70120f,  -0.59200f};
  return preprocessing;
}

namespace {

Preset MakeAlexnet(int64_t classes, int64_t size) {
  Preset preset;
  preset.network =
      ChainBuilder("alexnet", 3, size)
          .Convolve("conv1", 96, Window::Square(11, 4), 1, Gaussian(0.01f, 0))
          .Relu("relu1")
          .Normalize("norm1", kAcross)
          .Pool("pool1", PoolKind::kMax, kOverlapped)
          .Convolve("conv2", 256, Window::Square(5, 1, 2), kTowers,
                    Gaussian(0.01f, 1))
          .Relu("relu2")
          .Normalize("norm2", kAcross)
          .Pool("pool2", PoolKind::kMax, kOverlapped)
          .Convolve("conv3", 384, Window::Square(3, 1, 1), 1,
                    Gaussian(0.01f, 0))
          .Relu("relu3")
          .Convolve("conv4", 384, Window::Square(3, 1, 1), kTowers,
                    Gaussian(0.01f, 1))
          .Relu("relu4")
          .Convolve("conv5", 256, Window::Square(3, 1, 1), kTowers,
                    Gaussian(0.01f, 1))
          .Relu("relu5")
          .Pool("pool5", PoolKind::kMax, kOverlapped)
          .Full("fc6", 4096, Gaussian(0.01f, 1))
          .Relu("relu6")
          .Drop("drop6")
          .Full("fc7", 4096, Gaussian(0.01f, 1))
          .Relu("relu7")
          .Drop("drop7")
          .Full("fc8", classes, Gaussian(0.01f, 0))
          .Classify();
  preset.preprocessing = PaperPreprocessing();
  return preset;  // the default recipe is the paper's
}

Preset MakeAlexnet2012(int64_t classes, int64_t size) {
  Preset preset;
  // Taps past the lower right edge are skipped: 224 gives 55 as 227 would.
  const Window first = Window::Square(11, 4, 0, Rounding::kCeil);
  const Window pool = Window::Square(3, 2, 0, Rounding::kCeil);
  preset.network = ChainBuilder("alexnet_2012", 3, size)
                       .Convolve("conv1", 96, first, 1, Gaussian(0.01f, 0))
                       .Normalize("norm1", kAcross)
                       .Pool("pool1", PoolKind::kMax, pool)
                       .Relu("relu1")
                       .Convolve("conv2", 256, Window::Square(5, 1, 2), kTowers,
                                 Gaussian(0.01f, 1))
                       .Relu("relu2")
                       .Normalize("norm2", kAcross)
                       .Normalize("cnorm2", kWithin)
                       .Pool("pool2", PoolKind::kMax, pool)
                       .Convolve("conv3", 384, Window::Square(3, 1, 1), 1,
                                 Gaussian(0.03f, 0))
                       .Relu("relu3")
                       .Convolve("conv4", 384, Window::Square(3, 1, 1), kTowers,
                                 Gaussian(0.03f, 1))
                       .Relu("relu4")
                       .Convolve("conv5", 256, Window::Square(3, 1, 1), kTowers,
                                 Gaussian(0.03f, 1))
                       .Pool("pool5", PoolKind::kMax, pool)
                       .Relu("relu5")
                       .Full("fc6", 4096, Gaussian(0.01f, 1))
                       .Relu("relu6")
                       .Drop("drop6")
                       .Full("fc7", 4096, Gaussian(0.01f, 1))
                       .Relu("relu7")
                       .Drop("drop7")
                       .Full("fc8", classes, Gaussian(0.01f, 0))
                       .Classify();
  preset.preprocessing = PaperPreprocessing();
  preset.preprocessing.mean_kind = MeanKind::kImageAtCentre;
  // Run 145 cut the rate after epochs 25, 51 and 67 to 79, and stopped at 91.
  preset.recipe.epochs = 91;
  preset.recipe.schedule.kind = ScheduleKind::kStep;
  preset.recipe.schedule.milestones = {25.0f / 91, 51.0f / 91, 79.0f / 91};
  preset.recipe.augmentation.rescale_after_noise = true;
  return preset;
}

}  // namespace

std::span<const PresetEntry> PaperPresets() {
  static constexpr PresetEntry kEntries[] = {
      {{"alexnet", "The 2012 paper as printed: two towers, ReLU, LRN, pooling"},
       MakeAlexnet,
       1000,
       227},
      {{"alexnet_2012", "The graph of the published code that won ILSVRC-2012"},
       MakeAlexnet2012,
       1000,
       224},
  };
  return kEntries;
}

}  // namespace alexnet
