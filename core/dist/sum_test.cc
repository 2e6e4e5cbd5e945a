#include "core/dist/sum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace alexnet {
namespace {

// The conformance test of communicators has the other values.

TEST(SumTest, WholeNumbersWrapAround) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  int64_t first = kMost;
  const int64_t second = 2;
  void* const out = &first;
  const void* const in[] = {&first, &second};
  SumInOrder(ElementType::kI64, in, 1, {&out, 1});
  EXPECT_EQ(first, std::numeric_limits<int64_t>::min() + 1);
}

TEST(SumTest, WhatIsNotFiniteStaysSo) {
  const float infinity = std::numeric_limits<float>::infinity();
  const std::vector<float> first = {infinity, infinity, NAN, 1};
  const std::vector<float> second = {1, -infinity, 1, 2};
  std::vector<float> sums(4);
  void* const out = sums.data();
  const void* const in[] = {first.data(), second.data()};
  SumInOrder(ElementType::kF32, in, 4, {&out, 1});
  EXPECT_EQ(sums[0], infinity);
  EXPECT_TRUE(std::isnan(sums[1]));
  EXPECT_TRUE(std::isnan(sums[2]));
  EXPECT_EQ(sums[3], 3);
}

TEST(SumTest, OneInputIsCopiedToAllOutputs) {
  const std::vector<double> in = {1.5, -2.5};
  std::vector<double> one(2);
  std::vector<double> other(2);
  const void* const inputs[] = {in.data()};
  void* const outputs[] = {one.data(), other.data()};
  SumInOrder(ElementType::kF64, inputs, 2, outputs);
  EXPECT_EQ(one, in);
  EXPECT_EQ(other, in);
}

}  // namespace
}  // namespace alexnet
