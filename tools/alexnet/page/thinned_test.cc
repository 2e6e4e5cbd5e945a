#include "tools/alexnet/page/thinned.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace alexnet::cli {
namespace {

TEST(ThinnedTest, FewPointsStayAsTheyAre) {
  Thinned thinned(4);
  for (int i = 0; i < 7; ++i) thinned.Add(i, i * i);
  ASSERT_EQ(thinned.points().size(), 7U);
  EXPECT_EQ(thinned.stride(), 1);
  EXPECT_EQ(thinned.points()[6], std::pair(6.0, 36.0));
}

// By summing up each run of neighbours.
TEST(ThinnedTest, ManyBecomeMeansOfNeighbours) {
  for (const int count : {8, 9, 100, 1000, 12345}) {
    Thinned thinned(4);
    for (int i = 0; i < count; ++i) thinned.Add(i, std::sin(i));
    const auto points = thinned.points();
    EXPECT_LT(points.size(), 9U) << count;
    const auto stride = static_cast<int>(thinned.stride());
    for (size_t p = 0; p < points.size(); ++p) {
      double x = 0.0, y = 0.0;
      int in = 0;
      for (int i = static_cast<int>(p) * stride; i < count && in < stride;
           ++i, ++in) {
        x += i;
        y += std::sin(i);
      }
      EXPECT_NEAR(points[p].first, x / in, 1e-9) << count;
      EXPECT_NEAR(points[p].second, y / in, 1e-9) << count;
    }
  }
}

TEST(ThinnedTest, WhatIsNotFiniteStaysSo) {
  Thinned thinned(2);
  for (int i = 0; i < 8; ++i) {
    thinned.Add(i, i == 1 ? std::numeric_limits<double>::quiet_NaN() : 1.0);
  }
  const auto points = thinned.points();
  EXPECT_TRUE(std::isnan(points[0].second));
  EXPECT_EQ(points[1].second, 1.0);
}

}  // namespace
}  // namespace alexnet::cli
