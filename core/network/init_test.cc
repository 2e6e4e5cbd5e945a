#include "core/network/init.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace alexnet {
namespace {

std::vector<float> Fill(Init init, size_t count, int index = 0,
                        uint64_t seed = 1) {
  ParameterInfo parameter;
  parameter.rule.init = init;
  parameter.fan_in = 100;
  parameter.fan_out = 50;
  std::vector<float> values(count);
  EXPECT_TRUE(FillInitial(parameter, index, seed, values).ok());
  return values;
}

struct Moments {
  double mean = 0;
  double stddev = 0;
  double largest = 0;
};

Moments MomentsOf(const std::vector<float>& values) {
  Moments moments;
  double squares = 0;
  for (const float value : values) {
    moments.mean += value;
    squares += static_cast<double>(value) * value;
    moments.largest = std::max(moments.largest, std::abs(double{value}));
  }
  const double n = static_cast<double>(values.size());
  moments.mean /= n;
  moments.stddev = std::sqrt(squares / n - moments.mean * moments.mean);
  return moments;
}

constexpr size_t kCount = 200'000;

TEST(InitTest, Constant) {
  for (const float value : Fill({InitKind::kConstant, 0.1f}, 10)) {
    EXPECT_EQ(value, 0.1f);
  }
}

TEST(InitTest, Gaussian) {
  const Moments moments = MomentsOf(Fill({InitKind::kGaussian, 0.01f}, kCount));
  EXPECT_NEAR(moments.mean, 0, 1e-4);
  EXPECT_NEAR(moments.stddev, 0.01, 1e-4);
  EXPECT_GT(moments.largest, 0.04);  // it has tails
}

TEST(InitTest, TruncatedNormal) {
  const Moments moments =
      MomentsOf(Fill({InitKind::kTruncatedNormal, 0.005f}, kCount));
  EXPECT_LE(moments.largest, 0.01);
  // A normal cut at two deviations has 0.8796 of its deviation left.
  EXPECT_NEAR(moments.stddev, 0.005 * 0.8796, 5e-5);
}

TEST(InitTest, XavierUniform) {
  const Moments moments =
      MomentsOf(Fill({InitKind::kXavierUniform, 0}, kCount));
  const double bound = std::sqrt(6.0 / 150);
  EXPECT_LE(moments.largest, bound);
  EXPECT_NEAR(moments.stddev, bound / std::sqrt(3.0), 1e-3);
}

TEST(InitTest, FanInUniform) {
  const Moments moments = MomentsOf(Fill({InitKind::kFanInUniform, 0}, kCount));
  EXPECT_LE(moments.largest, 0.1);
  EXPECT_NEAR(moments.stddev, 0.1 / std::sqrt(3.0), 5e-4);
}

// Made by a separate Python program: Philox4x32-10 with key 42 and counter
// (element / 4, 0, 3, 1), words as (w + 1/2) / 2^32, Box-Muller over pairs.
TEST(InitTest, EqualsAnIndependentGenerator) {
  const float normals[] = {0.7707579f, -0.7423920f, -0.0560983f,
                           0.4706914f, -0.2900850f, 1.1863354f};
  const float uniforms[] = {0.1281063f,  0.7559664f,  0.7874651f,
                            -0.4622410f, -0.0512627f, -0.4236641f};
  const std::vector<float> normal = Fill({InitKind::kGaussian, 1}, 6, 3, 42);
  const std::vector<float> truncated =
      Fill({InitKind::kTruncatedNormal, 1}, 6, 3, 42);
  const std::vector<float> uniform =
      Fill({InitKind::kFanInUniform, 0}, 6, 3, 42);
  for (size_t i = 0; i < 6; ++i) {
    EXPECT_NEAR(normal[i], normals[i], 1e-6) << i;
    EXPECT_NEAR(truncated[i], normals[i], 1e-6) << i;  // none beyond two
    EXPECT_NEAR(uniform[i], uniforms[i] / 10, 1e-7) << i;
  }
}

TEST(InitTest, NeighboursAreIndependent) {
  // Elements of a pair share radius and angle; their correlation is still 0.
  const std::vector<float> values = Fill({InitKind::kGaussian, 1}, kCount);
  for (size_t lag = 1; lag <= 4; ++lag) {
    double sum = 0;
    for (size_t i = lag; i < kCount; ++i) {
      sum += static_cast<double>(values[i]) * values[i - lag];
    }
    EXPECT_NEAR(sum / static_cast<double>(kCount), 0, 0.01) << lag;
  }
}

TEST(InitTest, OneTensorPerParameter) {
  Network network{"test", 2, 4, 4, {}};
  const ParameterRule weight = {{InitKind::kGaussian, 0.5f}, 1, 1};
  const ParameterRule bias = {{InitKind::kConstant, 0.25f}, 2, 0};
  network.layers = {
      {"conv1", Convolution{3, Window::Square(3, 1), 1, true, weight, bias}},
      {"fc2", FullyConnected{5, true, weight, bias}}};
  const Result<NetworkInfo> info = InferNetwork(network);
  ASSERT_TRUE(info.ok()) << info.status().ToString();
  const Result<std::vector<Tensor>> tensors = InitialParameters(*info, 9);
  ASSERT_TRUE(tensors.ok()) << tensors.status().ToString();
  ASSERT_EQ(tensors->size(), 4u);
  EXPECT_EQ((*tensors)[0].shape(), (Shape{3, 2, 3, 3}));
  EXPECT_EQ((*tensors)[1].shape(), (Shape{3}));
  EXPECT_EQ((*tensors)[2].shape(), (Shape{5, 12}));
  EXPECT_EQ((*tensors)[3].shape(), (Shape{5}));
  EXPECT_EQ((*tensors)[3].f32()[4], 0.25f);
  const std::vector<float> third = Fill(weight.init, 60, 2, 9);
  for (size_t i = 0; i < third.size(); ++i) {
    EXPECT_EQ((*tensors)[2].f32()[i], third[i]) << i;
  }
}

TEST(InitTest, DependsOnSeedAndIndexAlone) {
  const Init init = {InitKind::kGaussian, 1.0f};
  EXPECT_EQ(Fill(init, 100), Fill(init, 100));
  EXPECT_NE(Fill(init, 100), Fill(init, 100, 1));
  EXPECT_NE(Fill(init, 100), Fill(init, 100, 0, 2));
  // A longer tensor starts with the same values.
  std::vector<float> longer = Fill(init, 200);
  longer.resize(100);
  EXPECT_EQ(Fill(init, 100), longer);
}

TEST(InitTest, HearsItsToken) {
  CancelToken token;
  token.Cancel();
  ParameterInfo parameter;
  parameter.rule.init = {InitKind::kGaussian, 0.01f};
  std::vector<float> values(kCount, 7.0f);
  Interrupt interrupt;
  interrupt.token = &token;
  EXPECT_EQ(FillInitial(parameter, 0, 1, values, interrupt).code(),
            StatusCode::kCancelled);
  EXPECT_EQ(values, std::vector<float>(kCount, 7.0f));
}

}  // namespace
}  // namespace alexnet
