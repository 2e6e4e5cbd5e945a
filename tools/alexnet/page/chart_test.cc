#include "tools/alexnet/page/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The picture is 640 by 300; its axes go from 56 to 624, and from 256 up to 28.
TEST(ChartTest, PointsLieWhereTheyBelong) {
  const std::string svg =
      DrawChart({"Error",
                 "epoch",
                 "%",
                 false,
                 {{"training", {{1, 100}, {2, 50}, {3, 0}}}}})
          .markup();
  EXPECT_THAT(svg, HasSubstr("d=\"M56.0 28.0L340.0 142.0L624.0 256.0\""));
  EXPECT_THAT(svg, HasSubstr(">training</text>"));
  for (const char* mark : {">0<", ">20<", ">100<", ">1<", ">2<", ">3<"}) {
    EXPECT_THAT(svg, HasSubstr(mark));
  }
  EXPECT_THAT(svg, Not(HasSubstr(">1.5<")));
}

TEST(ChartTest, LogarithmsAreOfEqualLength) {
  const std::string svg =
      DrawChart({"Loss",
                 "epoch",
                 "loss",
                 true,
                 {{"a", {{1, 10}, {2, 1}, {3, 0.1}, {4, 0}}}}})
          .markup();
  EXPECT_THAT(svg, HasSubstr("d=\"M56.0 28.0L340.0 142.0L624.0 256.0\""));
  EXPECT_THAT(svg, HasSubstr(">0.5<"));
}

TEST(ChartTest, WhatIsNotFiniteIsAGap) {
  const std::string svg =
      DrawChart(
          {"t", "x", "y", false, {{"a", {{0, 4}, {1, kNan}, {2, 4}, {4, 0}}}}})
          .markup();
  EXPECT_THAT(svg, HasSubstr("d=\"M53.0 28.0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
                             "M340.0 28.0L624.0 256.0\""));
}

TEST(ChartTest, WithoutPointsThereIsNoChart) {
  EXPECT_EQ(
      DrawChart({"t", "x", "y", true, {{"a", {{1, kNan}, {2, -1}}}}}).markup(),
      "");
}

TEST(ChartTest, OnePointIsSeen) {
  EXPECT_THAT(DrawChart({"t", "x", "y", true, {{"a", {{1, 2.0}}}}}).markup(),
              HasSubstr("M337.0 142.0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"));
}

}  // namespace
}  // namespace alexnet::cli
