#include "core/backend/cpu/elementwise.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

namespace alexnet::cpu {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> TanhOf(const std::vector<float>& values) {
  std::vector<float> results(values.size());
  TanhForward(values.data(), static_cast<int64_t>(values.size()),
              results.data());
  return results;
}

TEST(TanhTest, IsExactToFourUnitsInTheLastPlace) {
  std::vector<float> values;
  constexpr uint32_t kInfinite = 0x7f800000;
  constexpr uint32_t kStep = 1009;  // no multiple of what a mantissa repeats
  for (uint32_t bits = 0; bits < kInfinite; bits += kStep) {
    const auto value = std::bit_cast<float>(bits);
    values.push_back(values.size() % 2 == 0 ? value : -value);
  }
  std::vector<float> results = values;  // in place
  TanhForward(results.data(), static_cast<int64_t>(results.size()),
              results.data());
  double worst = 0;
  float at = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double exact = std::tanh(static_cast<double>(values[i]));
    const auto nearest = static_cast<float>(std::fabs(exact));
    const double unit = std::nextafter(nearest, kInfinity) - nearest;
    const double error = std::fabs(results[i] - exact) / unit;
    if (error > worst) {
      worst = error;
      at = values[i];
    }
  }
  EXPECT_LE(worst, 4.0) << "at " << at;
}

TEST(TanhTest, BitsDoNotDependOnNeighbours) {
  std::vector<float> values;
  for (int i = 0; i < 4099; ++i) {
    values.push_back(static_cast<float>(i) * 0.0025f - 5.1f);
  }
  const std::vector<float> results = TanhOf(values);
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(TanhOf({values[i]}).front(), results[i]) << values[i];
  }
}

TEST(TanhTest, KeepsSignsAndWhatIsNotFinite) {
  const std::vector<float> results =
      TanhOf({-0.0f, 0.0f, -kInfinity, kInfinity,
              std::numeric_limits<float>::quiet_NaN()});
  EXPECT_TRUE(results[0] == 0 && std::signbit(results[0]));
  EXPECT_TRUE(results[1] == 0 && !std::signbit(results[1]));
  EXPECT_EQ(results[2], -1.0f);
  EXPECT_EQ(results[3], 1.0f);
  EXPECT_TRUE(std::isnan(results[4]));
}

}  // namespace
}  // namespace alexnet::cpu
