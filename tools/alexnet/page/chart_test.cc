#include "tools/alexnet/page/chart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

std::vector<std::string> LabelsOnTheLeft(const std::string& svg) {
  std::vector<std::string> labels;
  const std::string mark = "<text x=\"78.0\"";
  for (size_t at = svg.find(mark); at != std::string::npos;
       at = svg.find(mark, at + 1)) {
    const size_t from = svg.find('>', at) + 1;
    labels.push_back(svg.substr(from, svg.find('<', from) - from));
  }
  return labels;
}

// The picture is 640 by 300; its axes go from 84 to 624, and from 256 up to 28.
TEST(ChartTest, PointsLieWhereTheyBelong) {
  const std::string svg =
      DrawChart({"Error",
                 "epoch",
                 "%",
                 false,
                 {{"training", {{1, 100}, {2, 50}, {3, 0}}}}})
          .markup();
  EXPECT_THAT(svg, HasSubstr("d=\"M84.0 28.0L354.0 142.0L624.0 256.0\""));
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
  EXPECT_THAT(svg, HasSubstr("d=\"M84.0 28.0L354.0 142.0L624.0 256.0\""));
  EXPECT_THAT(svg, HasSubstr(">0.5<"));
}

TEST(ChartTest, SmallNumbersAreShort) {
  const std::string svg =
      DrawChart({"t", "x", "y", true, {{"a", {{1, 1}, {2, 1e-4}}}}}).markup();
  EXPECT_THAT(LabelsOnTheLeft(svg),
              ::testing::ElementsAre("1e-4", "1e-3", "0.01", "0.1", "1"));
}

TEST(ChartTest, WhatIsNotFiniteIsAGap) {
  const std::string svg =
      DrawChart(
          {"t", "x", "y", false, {{"a", {{0, 4}, {1, kNan}, {2, 4}, {4, 0}}}}})
          .markup();
  EXPECT_THAT(svg, HasSubstr("d=\"M81.0 28.0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"
                             "M354.0 28.0L624.0 256.0\""));
}

TEST(ChartTest, WithoutPointsThereIsNoChart) {
  EXPECT_EQ(
      DrawChart({"t", "x", "y", true, {{"a", {{1, kNan}, {2, -1}}}}}).markup(),
      "");
}

TEST(ChartTest, MarksOfNearlyEqualValuesDiffer) {
  for (const bool logarithmic : {false, true}) {
    for (const double apart : {0.0, 1e-9, 1e-5, 1e-3, 0.02}) {
      const std::string svg =
          DrawChart({"Loss",
                     "epoch",
                     "loss",
                     logarithmic,
                     {{"a", {{1, 2.302585}, {2, 2.302585 + apart}}}}})
              .markup();
      const std::vector<std::string> labels = LabelsOnTheLeft(svg);
      EXPECT_GE(labels.size(), 2U) << apart;
      EXPECT_EQ(std::set(labels.begin(), labels.end()).size(), labels.size())
          << apart << ": " << ::testing::PrintToString(labels);
      for (const std::string& label : labels) EXPECT_LT(label.size(), 7U);
    }
  }
}

// From 0 to 4, a hundredth of a unit of x is 1.35 columns.
TEST(ChartTest, WhatHappenedIsMarkedAtItsPlace) {
  const std::string svg = DrawChart({"t",
                                     "x",
                                     "y",
                                     false,
                                     {{"a", {{0, 1}, {4, 2}}}},
                                     {{2, "<1>"}, {2.001, "2"}, {4, "3"}}})
                              .markup();
  EXPECT_THAT(svg, HasSubstr("<path class=\"mark\" d=\"M354.0 28V256\">"));
  EXPECT_THAT(svg, HasSubstr("&lt;1&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr(">2</text><path")));
  EXPECT_THAT(svg, HasSubstr("text-anchor=\"end\" class=\"warning\">3<"));
}

TEST(ChartTest, PartsOfAnEpochHaveMarks) {
  const std::string svg =
      DrawChart({"t", "x", "y", false, {{"a", {{0.25, 1}, {0.75, 2}}, true}}})
          .markup();
  EXPECT_THAT(svg, HasSubstr(">0.3<"));
  EXPECT_THAT(svg, HasSubstr("faint series"));
}

// On a narrow screen text is of 15 pixels, and a digit up to 0.64 of that wide.
TEST(ChartTest, MarksHaveRoom) {
  for (const bool logarithmic : {false, true}) {
    for (const double value :
         {2.0037e-3, 1.0041e-5, 3.0052e-9, 0.0, 98.765, 12'345.678, 7.6543e9}) {
      const std::string svg =
          DrawChart({"t", "x", "y", logarithmic, {{"a", {{1, value}}}}})
              .markup();
      for (const std::string& label : LabelsOnTheLeft(svg)) {
        EXPECT_LE(static_cast<double>(label.size()) * 0.64 * 15, 78) << label;
      }
    }
  }
}

TEST(ChartTest, AStepMayVanishBesideItsPlace) {
  for (const double x : {1e17, 4e-320, -1e300}) {
    const std::string svg =
        DrawChart(
            {"t", "x", "y", true, {{"a", {{x, 1}, {x * (1 + 2e-16), 2}}}}})
            .markup();
    EXPECT_THAT(svg, HasSubstr("series"));
  }
}

TEST(ChartTest, OnePointIsSeen) {
  EXPECT_THAT(DrawChart({"t", "x", "y", true, {{"a", {{1, 2.0}}}}}).markup(),
              HasSubstr("M351.0 142.0a3 3 0 1 0 6 0a3 3 0 1 0-6 0"));
}

}  // namespace
}  // namespace alexnet::cli
