// Caffe's two networks and the ONNX zoo's geometry of one of them.

#include "core/network/builder.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

constexpr Lrn kNorm = {.region = LrnRegion::kAcrossChannels,
                       .size = 5,
                       .alpha = 1e-4f,
                       .divide_alpha = true,
                       .beta = 0.75f,
                       .k = 1.0f,
                       .groups = 1};

enum class Order { kNormThenPool, kPoolThenNorm };

struct Variant {
  const char* name;
  Order order;
  float bias;  // of conv2, conv4, conv5, fc6 and fc7
  Window pool;
  Window last_pool;
};

void NormalizeAndPool(ChainBuilder& chain, const Variant& variant,
                      const char* norm, const char* pool) {
  if (variant.order == Order::kNormThenPool) {
    chain.Normalize(norm, kNorm).Pool(pool, PoolKind::kMax, variant.pool);
  } else {
    chain.Pool(pool, PoolKind::kMax, variant.pool).Normalize(norm, kNorm);
  }
}

Network MakeNetwork(const Variant& variant, int64_t classes, int64_t size) {
  const WeightAndBias convolution0 = Gaussian(0.01f, 0);
  const WeightAndBias convolution1 = Gaussian(0.01f, variant.bias);
  const WeightAndBias hidden = Gaussian(0.005f, variant.bias);
  ChainBuilder chain(variant.name, 3, size);
  chain.Convolve("conv1", 96, Window::Square(11, 4), 1, convolution0)
      .Relu("relu1");
  NormalizeAndPool(chain, variant, "norm1", "pool1");
  chain.Convolve("conv2", 256, Window::Square(5, 1, 2), 2, convolution1)
      .Relu("relu2");
  NormalizeAndPool(chain, variant, "norm2", "pool2");
  return chain.Convolve("conv3", 384, Window::Square(3, 1, 1), 1, convolution0)
      .Relu("relu3")
      .Convolve("conv4", 384, Window::Square(3, 1, 1), 2, convolution1)
      .Relu("relu4")
      .Convolve("conv5", 256, Window::Square(3, 1, 1), 2, convolution1)
      .Relu("relu5")
      .Pool("pool5", PoolKind::kMax, variant.last_pool)
      .Full("fc6", 4096, hidden)
      .Relu("relu6")
      .Drop("drop6")
      .Full("fc7", 4096, hidden)
      .Relu("relu7")
      .Drop("drop7")
      .Full("fc8", classes, Gaussian(0.01f, 0))
      .Classify();
}

// Warped to 256 x 256, BGR, mean subtracted at the crop's position. The
// published mean image is data's; its channel means stand for it here.
Preprocessing CaffePreprocessing() {
  Preprocessing preprocessing = PaperPreprocessing();
  preprocessing.order = ChannelOrder::kBgr;
  preprocessing.resize_rule = ResizeRule::kWarp;
  preprocessing.resize_filter = ResizeFilter::kOpenCvLinear;
  preprocessing.mean = {104.0070f, 116.6688f, 122.6789f};
  preprocessing.view_order = ViewOrder::kCaffe;
  return preprocessing;
}

// 450,000 iterations of 256 are about 90 epochs, cut every 100,000.
Recipe CaffeRecipe() {
  Recipe recipe;
  recipe.batch = 256;
  recipe.schedule.kind = ScheduleKind::kStep;
  recipe.schedule.milestones = {2.0f / 9, 4.0f / 9, 6.0f / 9, 8.0f / 9};
  recipe.augmentation.color_sigma = 0.0f;
  return recipe;
}

Preset MakePresetOf(const Variant& variant, int64_t classes, int64_t size) {
  Preset preset;
  preset.network = MakeNetwork(variant, classes, size);
  preset.preprocessing = CaffePreprocessing();
  preset.recipe = CaffeRecipe();
  return preset;
}

Preset MakeBvlcAlexnet(int64_t classes, int64_t size) {
  const Window pool = Window::Square(3, 2, 0, Rounding::kCeil);
  return MakePresetOf({"bvlc_alexnet", Order::kNormThenPool, 0.1f, pool, pool},
                      classes, size);
}

Preset MakeCaffenet(int64_t classes, int64_t size) {
  const Window pool = Window::Square(3, 2, 0, Rounding::kCeil);
  return MakePresetOf({"caffenet", Order::kPoolThenNorm, 1.0f, pool, pool},
                      classes, size);
}

Preset MakeZooBvlcAlexnet(int64_t classes, int64_t size) {
  const Window pool = Window::Square(3, 2);
  Window last = pool;  // the converter's remedy for rounding down
  last.pad_bottom = 1;
  last.pad_right = 1;
  return MakePresetOf(
      {"zoo_bvlc_alexnet", Order::kNormThenPool, 0.1f, pool, last}, classes,
      size);
}

}  // namespace

std::span<const PresetEntry> CaffePresets() {
  static constexpr PresetEntry kEntries[] = {
      {{"bvlc_alexnet", "Caffe's AlexNet: groups, LRN before pooling, BGR"},
       MakeBvlcAlexnet,
       1000,
       227},
      {{"caffenet", "Caffe's reference net: pooling before LRN"},
       MakeCaffenet,
       1000,
       227},
      {{"zoo_bvlc_alexnet",
        "bvlc_alexnet as the ONNX model zoo runs it, at 224"},
       MakeZooBvlcAlexnet,
       1000,
       224},
  };
  return kEntries;
}

}  // namespace alexnet
