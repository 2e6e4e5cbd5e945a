#include "core/network/network.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace alexnet {
namespace {

using ::testing::HasSubstr;

Network OneLayer(const LayerSpec& spec, int64_t channels, int64_t size) {
  Network network{"test", channels, size, size, {}};
  network.layers.push_back({"only", spec});
  return network;
}

int64_t PooledSize(int64_t in, const Window& window) {
  const auto info =
      InferNetwork(OneLayer(Pooling{PoolKind::kMax, window, true}, 1, in));
  return info.ok() ? info->layers[0].out[2] : -1;
}

int64_t ConvolvedSize(int64_t in, const Window& window) {
  const auto info = InferNetwork(OneLayer(
      Convolution{4, window, 1, true, ParameterRule{}, ParameterRule{}}, 1,
      in));
  return info.ok() ? info->layers[0].out[2] : -1;
}

TEST(ShapeTest, FloorAndCeilPooling) {
  EXPECT_EQ(PooledSize(55, Window::Square(3, 2)), 27);
  EXPECT_EQ(PooledSize(54, Window::Square(3, 2)), 26);
  EXPECT_EQ(PooledSize(54, Window::Square(3, 2, 0, Rounding::kCeil)), 27);
  EXPECT_EQ(PooledSize(32, Window::Square(3, 2, 0, Rounding::kCeil)), 16);
  // torch.nn.MaxPool2d(2, 2, padding=1, ceil_mode=True) of 3 gives 2, not 3:
  // the third window would lie in the padding.
  EXPECT_EQ(PooledSize(3, Window::Square(2, 2, 1, Rounding::kCeil)), 2);
  EXPECT_EQ(PooledSize(4, Window::Square(2, 3, 1, Rounding::kCeil)), 2);
}

TEST(ShapeTest, RoundingUpFindsOneWindowWhereLessThanAStrideIsMissing) {
  // 1 + ceil((in - kernel) / stride), as Caffe pools.
  EXPECT_EQ(PooledSize(2, Window::Square(3, 2, 0, Rounding::kCeil)), 1);
  EXPECT_EQ(PooledSize(1, Window::Square(3, 2, 0, Rounding::kCeil)), -1);
  EXPECT_EQ(ConvolvedSize(8, Window::Square(11, 4, 0, Rounding::kCeil)), 1);
  EXPECT_EQ(ConvolvedSize(7, Window::Square(11, 4, 0, Rounding::kCeil)), -1);
  EXPECT_EQ(PooledSize(2, Window::Square(3, 2)), -1);
}

TEST(ShapeTest, PadsOfEachSideCount) {
  Window window = Window::Square(3, 2);
  window.pad_bottom = 1;
  window.pad_right = 2;
  const auto info =
      InferNetwork(OneLayer(Pooling{PoolKind::kMax, window, true}, 1, 12));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->layers[0].out, (Shape{1, 1, 6, 6}));
  EXPECT_EQ(info->layers[0].window.window, window);
}

TEST(ShapeTest, CeilConvolutionReachesOverTheEdge) {
  const Window window = Window::Square(11, 4, 0, Rounding::kCeil);
  EXPECT_EQ(ConvolvedSize(224, window), 55);
  EXPECT_EQ(ConvolvedSize(227, window), 55);
  EXPECT_EQ(ConvolvedSize(224, Window::Square(11, 4)), 54);
  EXPECT_EQ(ConvolvedSize(224, Window::Square(11, 4, 2)), 55);
  const auto info = InferNetwork(OneLayer(
      Convolution{4, window, 1, true, ParameterRule{}, ParameterRule{}}, 1,
      224));
  ASSERT_TRUE(info.ok());
  const ResolvedWindow& resolved = info->layers[0].window;
  EXPECT_EQ(resolved.window.pad_bottom, 3);  // 54 * 4 + 11 - 224
  EXPECT_EQ(resolved.window.pad_top, 0);
  EXPECT_EQ(resolved.window.rounding, Rounding::kFloor);
}

TEST(ShapeTest, ParametersCarryNamesShapesAndFans) {
  const auto info =
      InferNetwork(OneLayer(Convolution{8, Window::Square(5, 1, 2), 2, true,
                                        ParameterRule{}, ParameterRule{}},
                            6, 10));
  ASSERT_TRUE(info.ok()) << info.status().ToString();
  ASSERT_EQ(info->parameters.size(), 2u);
  EXPECT_EQ(info->parameters[0].name, "only.weight");
  EXPECT_EQ(info->parameters[0].shape, (Shape{8, 3, 5, 5}));
  EXPECT_EQ(info->parameters[0].fan_in, 75);
  EXPECT_EQ(info->parameters[0].fan_out, 100);
  EXPECT_EQ(info->parameters[1].name, "only.bias");
  EXPECT_TRUE(info->parameters[1].is_bias);
  EXPECT_EQ(info->parameter_count, 8 * 75 + 8);
  EXPECT_EQ(info->macs, 8 * 75 * 100);
}

TEST(ShapeTest, LocallyConnectedHaveARowOfWeightsForEachUnit) {
  LocallyConnected local;
  local.out_channels = 5;
  local.window = Window::Square(3, 2, 1);
  Network network = OneLayer(local, 4, 7);
  network.width = 8;
  const NetworkInfo info = InferNetwork(network).value();
  EXPECT_EQ(info.layers[0].out, (Shape{1, 5, 4, 4}));
  ASSERT_EQ(info.parameters.size(), 2u);
  EXPECT_EQ(info.parameters[0].shape, (Shape{5 * 4 * 4, 4, 3, 3}));
  EXPECT_EQ(info.parameters[1].shape, (Shape{5 * 4 * 4}));
  EXPECT_EQ(info.parameters[0].fan_in, 4 * 9);
  EXPECT_EQ(info.parameters[0].fan_out, 5 * 9);
  // Each weight is used once.
  EXPECT_EQ(info.macs, 5 * 4 * 4 * 4 * 9);
  EXPECT_EQ(info.parameter_count, info.macs + 5 * 4 * 4);

  local.window = Window::Square(9, 1);
  EXPECT_THAT(InferNetwork(OneLayer(local, 4, 7)).status().ToString(),
              HasSubstr("only"));
  network.layers = {{"full", FullyConnected{3, true, {}, {}}},
                    {"local", LocallyConnected{2, {}, true, {}, {}}}};
  EXPECT_THAT(InferNetwork(network).status().ToString(),
              HasSubstr("follows a fully connected layer"));
}

TEST(ShapeTest, FullyConnectedFlattens) {
  const auto info = InferNetwork(OneLayer(
      FullyConnected{7, false, ParameterRule{}, ParameterRule{}}, 3, 4));
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->layers[0].out, (Shape{1, 7}));
  EXPECT_EQ(info->parameters.size(), 1u);
  EXPECT_EQ(info->parameters[0].shape, (Shape{7, 48}));
  EXPECT_EQ(info->classes, 7);
  EXPECT_EQ(info->logits_layer, 0);
}

TEST(ShapeTest, BatchReplacesTheFirstExtentOnly) {
  EXPECT_EQ(WithBatch({1, 3, 4, 5}, 9), (Shape{9, 3, 4, 5}));
  EXPECT_EQ(WithBatch({1, 3}, 9), (Shape{9, 3}));
}

// Which of its arguments the name was, the caller knows.
TEST(FindTest, UnknownNamesAreRefusedWithThoseThereAre) {
  const Network network =
      OneLayer(FullyConnected{7, true, ParameterRule{}, ParameterRule{}}, 3, 4);
  const NetworkInfo info = InferNetwork(network).value();
  EXPECT_EQ(FindLayer(network, "only").value(), 0);
  EXPECT_EQ(FindParameter(info, "only.bias").value(), 1);
  for (const Status& unknown : {FindLayer(network, "other").status(),
                                FindParameter(info, "other").status()}) {
    EXPECT_EQ(unknown.code(), StatusCode::kNotFound);
    EXPECT_EQ(unknown.field(), "");
    EXPECT_THAT(unknown.message(), HasSubstr("only"));
  }
}

struct BadCase {
  const char* what;
  Network network;
  const char* in_error;
};

class BadNetworkTest : public ::testing::TestWithParam<BadCase> {};

TEST_P(BadNetworkTest, IsRefusedByName) {
  const auto info = InferNetwork(GetParam().network);
  ASSERT_FALSE(info.ok());
  EXPECT_EQ(info.status().code(), StatusCode::kInvalidArgument);
  EXPECT_THAT(info.status().ToString(), HasSubstr(GetParam().in_error));
}

Convolution Filters(int64_t count, Window window, int64_t groups = 1) {
  return {count, window, groups, true, ParameterRule{}, ParameterRule{}};
}

std::vector<BadCase> BadCases() {
  Network twins{"test", 1, 8, 8, {}};
  twins.layers = {{"a", Activation{}}, {"a", Activation{}}};
  Network early{"test", 4, 1, 1, {}};
  early.layers = {{"prob", Softmax{}}, {"a", Activation{}}};
  Network flat{"test", 1, 8, 8, {}};
  flat.layers = {{"fc", FullyConnected{3, true, {}, {}}},
                 {"pool", Pooling{PoolKind::kMax, Window::Square(2, 2), true}}};
  Network unnamed = OneLayer(Activation{}, 1, 8);
  unnamed.layers[0].name.clear();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  Lrn endless;
  endless.alpha = nan;
  Lrn odd;
  odd.groups = 3;
  Lrn zero;
  zero.k = 0;
  ParameterRule endless_init;
  endless_init.init.value = nan;
  Network maps{"test", 4, 2, 2, {}};
  maps.layers = {{"relu", Activation{}}, {"prob", Softmax{}}};
  Network many{"test", 1, 8, 8, {}};
  for (int i = 0; i < 1001; ++i) {
    many.layers.push_back({"l" + std::to_string(i), Activation{}});
  }
  return {
      {"Empty", {"test", 3, 8, 8, {}}, "layers"},
      {"Twins", twins, "'a'"},
      {"Unnamed", unnamed, "name"},
      {"EarlySoftmax", early, "prob"},
      {"PoolAfterFull", flat, "pool"},
      {"KernelTooLarge", OneLayer(Filters(1, Window::Square(9, 1)), 1, 8),
       "only"},
      {"GroupsDoNotDivide", OneLayer(Filters(4, Window::Square(3, 1), 3), 3, 8),
       "groups"},
      {"NoFilters", OneLayer(Filters(0, Window::Square(3, 1)), 3, 8),
       "out_channels"},
      {"NegativeStride", OneLayer(Filters(1, Window::Square(3, -1)), 3, 8),
       "stride"},
      {"PadAsLargeAsKernel",
       OneLayer(Filters(1, Window::Square(3, 1, 3)), 3, 8), "pad"},
      {"ZeroInput", OneLayer(Activation{}, 3, 0), "shape"},
      {"EndlessAlpha", OneLayer(endless, 3, 8), "alpha"},
      {"OddGroups", OneLayer(odd, 4, 8), "groups"},
      {"ZeroK", OneLayer(zero, 4, 8), "`k`: is 0"},
      {"DropAll", OneLayer(Dropout{1.0f}, 4, 8), "rate"},
      {"HugeFull",
       OneLayer(FullyConnected{int64_t{1} << 24, true, {}, {}}, 1 << 20, 1000),
       "2^40"},
      {"SoftmaxAlone", OneLayer(Softmax{}, 4, 1), "alone"},
      {"SoftmaxOverMaps", maps, "2x2"},
      {"NanInit", OneLayer(FullyConnected{3, true, endless_init, {}}, 1, 8),
       "weight: `value`: is"},
      {"TooManyLayers", many, "1001"},
      {"OverflowingInput", OneLayer(Activation{}, int64_t{1} << 62, 1 << 20),
       "2^40"},
  };
}

INSTANTIATE_TEST_SUITE_P(All, BadNetworkTest, ::testing::ValuesIn(BadCases()),
                         [](const ::testing::TestParamInfo<BadCase>& param) {
                           return std::string(param.param.what);
                         });

}  // namespace
}  // namespace alexnet
