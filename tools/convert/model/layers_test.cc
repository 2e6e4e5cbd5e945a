#include "tools/convert/model/layers.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace alexnet::convert {
namespace {

Layers Preset(const std::string& name, int64_t classes = 0,
              int64_t input_size = 0) {
  return LayersOf(Network::preset(name, classes, input_size), name);
}

template <typename T>
T& Get(Layers* layers, const std::string& name) {
  for (Layer& layer : layers->layers) {
    if (layer.name == name) return std::get<T>(layer.spec);
  }
  throw std::out_of_range(name);
}

// With the shapes that its changed layers give.
Layers Inferred(const Layers& layers) { return WithShapes(layers); }

TEST(LayersTest, EveryPresetSurvivesTheWayThereAndBack) {
  for (const alexnet::Preset& preset : presets()) {
    const Layers before = Preset(std::string(preset.name));
    const Layers after = Inferred(before);
    ASSERT_EQ(after.layers.size(), before.layers.size());
    EXPECT_EQ(after.name, preset.name);
    for (size_t i = 0; i < before.layers.size(); ++i) {
      EXPECT_EQ(after.layers[i].name, before.layers[i].name);
      EXPECT_EQ(after.layers[i].spec, before.layers[i].spec)
          << preset.name << " " << SpecText(before.layers[i]);
      EXPECT_EQ(after.layers[i].output, before.layers[i].output);
    }
  }
}

// This one of cuda-convnet's nets differs from Caffe's, which was made after
// it, in how it is trained alone.
std::string Computed(std::string_view preset) {
  return preset == "cuda_convnet_18pct" ? "cifar10_lrn" : std::string(preset);
}

TEST(LayersTest, PresetsComputeDifferentThings) {
  const std::vector<alexnet::Preset> all = presets();
  for (const alexnet::Preset& one : all) {
    for (const alexnet::Preset& other : all) {
      const std::string difference = FirstDifference(
          Preset(std::string(one.name)), Preset(std::string(other.name)));
      EXPECT_EQ(difference.empty(), Computed(one.name) == Computed(other.name))
          << one.name << " " << other.name << " " << difference;
    }
  }
}

TEST(LayersTest, RoundingThatRoundsNothingMakesNoDifference) {
  // 227 pixels divide evenly through all the poolings.
  Layers changed = Preset("bvlc_alexnet");
  EXPECT_TRUE(Get<Pooling>(&changed, "pool1").window.ceil);
  Get<Pooling>(&changed, "pool1").window.ceil = false;
  EXPECT_EQ(FirstDifference(Preset("bvlc_alexnet"), Inferred(changed)), "");
}

TEST(LayersTest, RoundingThatRoundsMakesADifference) {
  Layers changed = Preset("bvlc_alexnet", 0, 224);
  Get<Pooling>(&changed, "pool1").window.ceil = false;
  Get<Pooling>(&changed, "pool2").window.ceil = false;
  EXPECT_NE(FirstDifference(Preset("bvlc_alexnet", 0, 224), Inferred(changed)),
            "");
}

TEST(LayersTest, WhatOnlyTrainingNeedsMakesNoDifference) {
  Layers bare = Preset("torchvision");
  std::erase_if(bare.layers, [](const Layer& layer) {
    return As<Dropout>(layer) != nullptr || As<Softmax>(layer) != nullptr ||
           As<AdaptiveAveragePooling>(layer) != nullptr;
  });
  EXPECT_EQ(FirstDifference(Inferred(bare), Preset("torchvision")), "");
}

TEST(LayersTest, LrnIsComparedByWhatItComputes) {
  Layers changed = Preset("bvlc_alexnet");
  Lrn& lrn = Get<Lrn>(&changed, "norm1");
  lrn.divide_alpha = false;  // TensorFlow's way to say the same
  lrn.alpha /= 5.0f;
  EXPECT_EQ(FirstDifference(Preset("bvlc_alexnet"), Inferred(changed)), "");
  lrn.alpha *= 5.0f;
  const std::string difference =
      FirstDifference(Preset("bvlc_alexnet"), Inferred(changed));
  EXPECT_NE(difference.find("layer norm1 is LRN across 5, alpha 0.0001/n"),
            std::string::npos)
      << difference;
}

TEST(LayersTest, NoLayersAreNoNetwork) {
  Layers layers;
  layers.height = layers.width = 8;
  EXPECT_THROW(WithShapes(layers), Error);
}

TEST(LayersTest, NamesTheLayerThatDoesNotFit) {
  Layers wrong = Preset("bvlc_alexnet");
  Get<Convolution>(&wrong, "conv2").groups = 7;
  try {
    NetworkOf(wrong);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.field(), "layer \"conv2\"") << error.what();
  }
}

}  // namespace
}  // namespace alexnet::convert
