#include "tools/convert/model/fold.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <memory>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

Tensor Of(const std::string& name, const Extents& shape,
          std::vector<float> values) {
  return WithShape(TensorOfValues(name, std::move(values)), shape);
}

template <typename Body>
std::string Refusal(const Body& body) {
  try {
    body();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(FoldTest, ComputesTheMapOfWhatTheLayerComputed) {
  Tensor weight = Of("w", {2, 3}, {1, -2, 3, 4, 5, -6});
  Tensor bias = Of("b", {2}, {0.5f, -1.0f});
  const ChannelMap map =
      BatchNormalization({2.0f, -0.25f}, {0.125f, 3.0f}, {-1.5f, 7.0f},
                         {0.3f, 90.0f}, 1e-3, "test");
  Fold(map, "test", &weight, &bias);
  const float x[] = {0.75f, -0.5f, 2.0f};
  const std::vector<float> w = ValuesOf(weight);
  const std::vector<float> b = ValuesOf(bias);
  const double before[] = {0.75 + 1.0 + 6.0 + 0.5, 3.0 - 2.5 - 12.0 - 1.0};
  const double after[] = {
      2.0 * (before[0] + 1.5) / std::sqrt(0.3f + 1e-3) + 0.125,
      -0.25 * (before[1] - 7.0) / std::sqrt(90.0 + 1e-3) + 3.0};
  for (size_t o = 0; o < 2; ++o) {
    double sum = b[o];
    for (size_t i = 0; i < 3; ++i) sum += double{w[o * 3 + i]} * x[i];
    EXPECT_NEAR(sum, after[o], 1e-6 * std::abs(after[o]));
  }
}

TEST(FoldTest, MakesABiasAndFoldsTwice) {
  Tensor weight = Of("w", {2, 1}, {1, 10});
  Tensor bias;
  bias.name = "b";
  Fold({{2, 3}, {1, -1}}, "test", &weight, &bias);
  Fold({{4, 5}, {0, 2}}, "test", &weight, &bias);
  EXPECT_EQ(ValuesOf(weight), (std::vector<float>{8, 150}));
  EXPECT_EQ(ValuesOf(bias), (std::vector<float>{4, -3}));
}

TEST(FoldTest, OnlyShiftingLeavesWeightsAsTheyAre) {
  Tensor weight = Of("w", {1, 2}, {1, 10});
  Tensor bias = Of("b", {1}, {3});
  Fold({{1}, {2}}, "test", &weight, &bias);
  EXPECT_FALSE(IsScaled(weight));
  EXPECT_EQ(ValuesOf(bias), (std::vector<float>{5}));
}

// Scales are not rounded, only what becomes of an element is.
TEST(FoldTest, RoundsOnce) {
  std::vector<float> values;
  for (int i = 0; i < 1000; ++i) {
    values.push_back(std::sin(static_cast<float>(i)));
  }
  Tensor weight = Of("w", {1, 1000}, values);
  Tensor bias;
  bias.name = "b";
  Fold({{1.0 / 3}, {0}}, "test", &weight, &bias);
  Fold({{1.0 / 7}, {0}}, "test", &weight, &bias);
  const std::vector<float> folded = ValuesOf(weight);
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(folded[i], static_cast<float>(values[i] * (1.0 / 3 * (1.0 / 7))));
  }
}

TEST(FoldTest, LargeScalesAreOfSmallWeights) {
  Tensor weight = Of("w", {1, 1}, {1e-30f});
  Tensor bias;
  bias.name = "b";
  Fold({{1e39}, {0}}, "test", &weight, &bias);
  EXPECT_NEAR(ValuesOf(weight)[0], 1e9, 1e3);
  EXPECT_NE(Refusal([&] {
              Fold({{1}, {1e39}}, "bn", &weight, &bias);
            }).find("makes numbers of channel 0 that are too large"),
            std::string::npos);
}

// Rows of a tensor that is handed out in several chunks, some within a row.
TEST(FoldTest, ScalesRowsOfLargeTensors) {
  constexpr int64_t kColumns = 3'000'000;
  const auto memory = std::make_shared<std::vector<float>>(2 * kColumns, 1.0f);
  Tensor weight = DenseTensor("w", ElementType::kF32, {2, kColumns},
                              std::as_bytes(std::span(*memory)), memory);
  weight.row_scales = {3.0, 5.0};
  Stream(weight, ElementType::kF32, [&](int64_t first, Bytes chunk) {
    for (size_t i = 0; i < chunk.size() / sizeof(float); i += 1000) {
      float value = 0.0f;
      std::memcpy(&value, chunk.data() + i * sizeof(float), sizeof value);
      const int64_t row = (first + static_cast<int64_t>(i)) / kColumns;
      ASSERT_EQ(value, row == 0 ? 3.0f : 5.0f) << first << " " << i;
    }
  });
}

TEST(FoldTest, RefusesWhatIsNoNormalization) {
  EXPECT_NE(Refusal([] {
              BatchNormalization({}, {}, {1, 2}, {1}, 1e-5, "bn");
            }).find("numbers of channels that differ"),
            std::string::npos);
  EXPECT_NE(Refusal([] {
              BatchNormalization({}, {}, {1}, {-1}, 1e-5, "bn");
            }).find("normalizes channel 0"),
            std::string::npos);
  Tensor weight = Of("w", {2, 1}, {1, 10});
  Tensor bias;
  EXPECT_NE(Refusal([&] {
              Fold({{1}, {1}}, "bn", &weight, &bias);
            }).find("has 1 channels; the layer before it, \"w\", has 2"),
            std::string::npos);
}

std::vector<Tensor> StateDict(const std::string& layer,
                              const std::string& norm) {
  return {Of(layer + ".weight", {2, 1}, {1, 10}),
          Of(norm + ".weight", {2}, {2, 2}), Of(norm + ".bias", {2}, {0, 1}),
          Of(norm + ".running_mean", {2}, {1, 1}),
          Of(norm + ".running_var", {2}, {4, 4})};
}

TEST(FoldBatchNormalizationTest, TakesWhatStandsDirectlyBehind) {
  for (const auto& [layer, norm] :
       {std::pair("conv1", "bn1"), std::pair("features.3", "features.4"),
        std::pair("features.3.conv", "features.3.bn")}) {
    std::vector<Tensor> tensors = StateDict(layer, norm);
    EXPECT_EQ(FoldBatchNormalization(&tensors).size(), 1u);
    ASSERT_EQ(tensors.size(), 2u);
    EXPECT_EQ(tensors[1].name, layer + std::string(".bias"));
    EXPECT_NEAR(ValuesOf(tensors[0])[1], 10.0f, 1e-4);
    EXPECT_NEAR(ValuesOf(tensors[1])[0], -1.0f, 1e-4);
    EXPECT_NEAR(ValuesOf(tensors[1])[1], 0.0f, 1e-4);
  }
}

TEST(FoldBatchNormalizationTest, FindsModulesWhoseTensorsAreApart) {
  std::vector<Tensor> tensors = StateDict("conv1", "bn1");
  tensors.push_back(Of("fc2.weight", {3, 2}, {1, 2, 3, 4, 5, 6}));
  tensors.push_back(Of("conv1.bias", {2}, {1, 1}));
  EXPECT_EQ(FoldBatchNormalization(&tensors).size(), 1u);
  ASSERT_EQ(tensors.size(), 3u);
  EXPECT_EQ(tensors[1].name, "conv1.bias");
  EXPECT_NEAR(ValuesOf(tensors[1])[1], 1.0f, 1e-4);
  EXPECT_EQ(tensors[2].name, "fc2.weight");
}

TEST(FoldBatchNormalizationTest, NamesWhatCannotBeFolded) {
  std::vector<Tensor> late = StateDict("features.0", "features.2");
  EXPECT_NE(Refusal([&] { FoldBatchNormalization(&late); })
                .find("\"features.2.running_mean\": is batch normalization "
                      "that does not directly follow \"features.0\""),
            std::string::npos);
  std::vector<Tensor> alone = StateDict("conv", "bn");
  alone.erase(alone.begin());
  EXPECT_NE(Refusal([&] {
              FoldBatchNormalization(&alone);
            }).find("without a convolution or fully connected layer"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet::convert
