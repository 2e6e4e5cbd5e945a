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
  FillInitial(parameter, index, seed, values);
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

}  // namespace
}  // namespace alexnet
