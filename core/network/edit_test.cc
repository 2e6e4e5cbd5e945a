#include "core/network/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/network/presets.h"

namespace alexnet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Network Cifar10() { return MakePreset("cifar10_lrn", {}).value().network; }

template <typename Spec>
std::vector<Spec> Specs(const Network& network) {
  std::vector<Spec> all;
  for (const Layer& layer : network.layers) {
    if (const Spec* spec = As<Spec>(layer)) all.push_back(*spec);
  }
  return all;
}

TEST(EditTest, EveryOptionCanBeSet) {
  Network network;
  network.channels = 4;
  network.height = network.width = 16;
  const Window window = Window::Square(3, 1, 1);
  network.layers = {{"conv", Convolution{4, window, 2, true, {}, {}}},
                    {"pool", Pooling{PoolKind::kMax, window, true}},
                    {"norm", Lrn{}},
                    {"relu", Activation{}},
                    {"drop", Dropout{}},
                    {"average", AdaptiveAveragePooling{4, 4}},
                    {"local", LocallyConnected{3, window, true, {}, {}}},
                    {"fc", FullyConnected{5, true, {}, {}}}};
  const auto set = [&](const char* pattern, const char* option,
                       const char* value) {
    const Status status = SetLayerOption(pattern, option, value, &network);
    EXPECT_TRUE(status.ok()) << status.ToString();
  };
  set("conv", "out_channels", "8");
  set("conv", "groups", "4");
  set("conv", "has_bias", "false");
  set("conv", "kernel_h", "5");
  set("conv", "kernel_w", "4");
  set("conv", "stride_h", "2");
  set("conv", "stride_w", "3");
  set("conv", "pad_top", "4");
  set("conv", "pad_left", "3");
  set("conv", "pad_bottom", "2");
  set("conv", "pad_right", "0");
  set("conv", "rounding", "ceil");
  set("conv", "weight.init", "xavier_uniform");
  set("conv", "weight.value", "0.5");
  set("conv", "weight.rate", "2");
  set("conv", "weight.decay", "0");
  set("conv", "bias.value", "1");
  set("pool", "kind", "average");
  set("pool", "count_padding", "false");
  set("pool", "kernel", "4");
  set("pool", "stride", "2");
  set("pool", "pad", "3");
  set("norm", "region", "within_channel");
  set("norm", "size", "3");
  set("norm", "alpha", "1e-3");
  set("norm", "divide_alpha", "false");
  set("norm", "beta", "0.5");
  set("norm", "k", "2");
  set("norm", "groups", "2");
  set("relu", "kind", "tanh");
  set("drop", "rate", "0.25");
  set("average", "out_h", "2");
  set("average", "out_w", "3");
  set("locally_connected", "out_channels", "6");
  set("local", "kernel", "2");
  set("local", "pad", "0");
  set("local", "has_bias", "false");
  set("local", "weight.decay", "3");
  set("fc", "out_features", "7");
  set("fc", "has_bias", "true");
  set("fc", "bias.rate", "0");

  const ParameterRule weight{{InitKind::kXavierUniform, 0.5f}, 2.0f, 0.0f};
  const ParameterRule one{{InitKind::kConstant, 1.0f}, 1.0f, 1.0f};
  const ParameterRule frozen{{InitKind::kConstant, 0.0f}, 0.0f, 1.0f};
  const Window uneven{5, 4, 2, 3, 4, 3, 2, 0, Rounding::kCeil};
  const std::vector<Layer> expected = {
      {"conv", Convolution{8, uneven, 4, false, weight, one}},
      {"pool", Pooling{PoolKind::kAverage, Window::Square(4, 2, 3), false}},
      {"norm", Lrn{LrnRegion::kWithinChannel, 3, 1e-3f, false, 0.5f, 2.0f, 2}},
      {"relu", Activation{ActivationKind::kTanh}},
      {"drop", Dropout{0.25f}},
      {"average", AdaptiveAveragePooling{2, 3}},
      {"local",
       LocallyConnected{
           6, Window::Square(2, 1), false, ParameterRule{{}, 1.0f, 3.0f}, {}}},
      {"fc", FullyConnected{7, true, {}, frozen}}};
  EXPECT_EQ(network.layers, expected);
}

TEST(EditTest, PatternsAreNamesWithStarsOrWhatLayersCompute) {
  const Network before = Cifar10();
  const auto strides = [&](const char* pattern) {
    Network network = before;
    EXPECT_TRUE(SetLayerOption(pattern, "stride", "3", &network).ok());
    std::vector<int64_t> all;
    for (const Pooling& each : Specs<Pooling>(network)) {
      all.push_back(each.window.stride_h);
    }
    return all;
  };
  EXPECT_THAT(strides("pool1"), ElementsAre(3, 2, 2));
  EXPECT_THAT(strides("pool*"), ElementsAre(3, 3, 3));
  EXPECT_THAT(strides("*ol3"), ElementsAre(2, 2, 3));
  EXPECT_THAT(strides("p*o*2"), ElementsAre(2, 3, 2));
  EXPECT_THAT(strides("pooling"), ElementsAre(3, 3, 3));

  Network network = before;
  ASSERT_TRUE(SetLayerOption("relu", "kind", "tanh", &network).ok());
  for (const Activation& each : Specs<Activation>(network)) {
    EXPECT_EQ(each.kind, ActivationKind::kTanh);
  }
  EXPECT_FALSE(SetLayerOption("relu", "kind", "tanh", &network).ok());
  EXPECT_TRUE(SetLayerOption("tanh", "kind", "relu", &network).ok());
  EXPECT_EQ(network, before);
}

TEST(EditTest, LayersAreLeftOut) {
  Network network = Cifar10();
  const size_t before = network.layers.size();
  const size_t norms = Specs<Lrn>(network).size();
  ASSERT_GT(norms, 0u);
  ASSERT_TRUE(RemoveLayers("lrn", &network).ok());
  EXPECT_EQ(network.layers.size(), before - norms);
  EXPECT_TRUE(Specs<Lrn>(network).empty());
}

TEST(EditTest, WhatDoesNotFitChangesNothing) {
  const Network before = Cifar10();
  Network network = before;
  const auto expect_set = [&](const char* pattern, const char* option,
                              const char* value, const auto& message) {
    const Status status = SetLayerOption(pattern, option, value, &network);
    EXPECT_FALSE(status.ok());
    EXPECT_THAT(status.ToString(), message);
    EXPECT_EQ(network, before);
  };
  expect_set("norm9", "k", "1",
             AllOf(HasSubstr("no layer \"norm9\""), HasSubstr("conv1, ")));
  expect_set("", "k", "1", HasSubstr("no layer \"\""));
  expect_set("pool*", "strides", "1",
             AllOf(HasSubstr("layer pool1"), HasSubstr("stride_h")));
  expect_set("*", "stride", "1", HasSubstr("no option \"stride\""));
  expect_set("pool1", "stride", "1.5",
             AllOf(HasSubstr("layer pool1"), HasSubstr("no whole number")));
  expect_set("pool1", "stride", "", HasSubstr("no whole number"));
  expect_set("pool1", "stride", "99999999999999999999",
             HasSubstr("no whole number"));
  expect_set("pool1", "kind", "min", HasSubstr("there are max, average"));
  expect_set("pool1", "count_padding", "1", HasSubstr("true, false"));
  expect_set("conv1", "weight.value", "much", HasSubstr("no number"));
  expect_set("conv1", "weight.value", "nan", HasSubstr("conv1"));
  expect_set("conv2", "groups", "7", HasSubstr("conv2"));
  expect_set("pool*", "kernel", "40", HasSubstr("pool"));

  EXPECT_THAT(RemoveLayers("norm9", &network).ToString(),
              HasSubstr("no layer \"norm9\""));
  EXPECT_FALSE(RemoveLayers("*", &network).ok());
  EXPECT_EQ(network, before);
}

}  // namespace
}  // namespace alexnet
