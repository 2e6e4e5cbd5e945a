#include "tools/alexnet/tensor_difference.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr float kInfinity = std::numeric_limits<float>::infinity();
constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

TEST(TensorDifferenceTest, OfItselfIsNothing) {
  const std::vector<float> values = {1, -2, 0, kNan, kInfinity, 5};
  const TensorDifference same = Difference(values, values, 3);
  EXPECT_EQ(same.max, 0);
  EXPECT_EQ(same.mean, 0);
  EXPECT_EQ(same.relative, 0);
  EXPECT_EQ(same.cosine, 1);
  EXPECT_EQ(same.ulps, 0);
  EXPECT_EQ(same.different, 0);
  EXPECT_THAT(same.rows, IsEmpty());
}

TEST(TensorDifferenceTest, NumbersAreThoseOfTheirDefinitions) {
  const std::vector<float> a = {3, 4, 0, 0, 1, 1};
  const std::vector<float> b = {3, 4, 0, 2, 1, 0.5f};
  const TensorDifference d = Difference(a, b, 3);
  EXPECT_EQ(d.max, 2);
  EXPECT_DOUBLE_EQ(d.mean, 2.5 / 6);
  EXPECT_DOUBLE_EQ(d.relative, 2.0 / 4);
  // a.b = 26.5, |a|^2 = 27, |b|^2 = 30.25.
  EXPECT_DOUBLE_EQ(d.cosine, 26.5 / std::sqrt(27 * 30.25));
  EXPECT_EQ(d.different, 2);
  EXPECT_THAT(d.rows, ElementsAre(1, 2));
}

TEST(TensorDifferenceTest, UlpsAreNumbersInBetween) {
  const auto ulps = [](float a, float b) {
    return Difference({&a, 1}, {&b, 1}, 1).ulps;
  };
  EXPECT_EQ(ulps(1.0f, std::nextafter(1.0f, 2.0f)), 1);
  EXPECT_EQ(ulps(1.0f, 2.0f), 1 << 23);
  EXPECT_EQ(ulps(-1.0f, std::nextafter(-1.0f, -2.0f)), 1);
  EXPECT_EQ(ulps(0.0f, -0.0f), 0);
  const float least = std::numeric_limits<float>::denorm_min();
  EXPECT_EQ(ulps(least, -least), 2);
}

TEST(TensorDifferenceTest, WhatIsNotFiniteIsInfinitelyFar) {
  const std::vector<float> a = {1, kNan};
  const std::vector<float> b = {1, 2};
  EXPECT_TRUE(std::isinf(Difference(a, b, 1).max));
  EXPECT_TRUE(std::isinf(Difference(a, b, 1).relative));
  const std::vector<float> c = {1, kInfinity};
  const std::vector<float> d = {1, -kInfinity};
  EXPECT_TRUE(std::isinf(Difference(c, d, 1).max));
}

TEST(TensorDifferenceTest, NothingHasNoDirection) {
  const std::vector<float> zero = {0, 0};
  const std::vector<float> some = {0, 2};
  EXPECT_TRUE(std::isnan(Difference(zero, some, 1).cosine));
  EXPECT_EQ(Difference(zero, some, 1).relative, 1);
}

}  // namespace
}  // namespace alexnet::cli
