#include "tools/alexnet/page/histogram.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
constexpr float kInf = std::numeric_limits<float>::infinity();

TEST(HistogramTest, ValuesAreCounted) {
  const std::vector<float> values = {-1.0F, -0.6F, -0.5F, kNan,
                                     0.2F,  kInf,  1.0F,  -kInf};
  const Histogram histogram = CountValues(values, 4);
  EXPECT_EQ(histogram.low, -1.0);
  EXPECT_EQ(histogram.high, 1.0);
  EXPECT_THAT(histogram.counts, ElementsAre(2, 1, 1, 1));
}

TEST(HistogramTest, OneValueIsInTheFirstBin) {
  EXPECT_THAT(CountValues(std::vector<float>(5, 2.0F), 3).counts,
              ElementsAre(5, 0, 0));
}

TEST(HistogramTest, WithoutAFiniteValueThereAreNoCounts) {
  EXPECT_TRUE(CountValues(std::vector<float>{kNan, kInf}, 3).counts.empty());
  EXPECT_TRUE(CountValues({}, 3).counts.empty());
}

// log(1 + 3) is twice log(1 + 1).
TEST(HistogramTest, HeightsGoByTheLogarithm) {
  const std::string svg =
      DrawHistogram({0.0, 1.0, {3, 1, 0, 0}}, "counts").markup();
  EXPECT_THAT(svg, HasSubstr("d=\"M0 72V0.0h64V36.0h64V72.0h64V72.0h64V72Z\""));
  EXPECT_THAT(svg, HasSubstr("aria-label=\"counts\""));
  DrawHistogram({}, "nothing");
}

}  // namespace
}  // namespace alexnet::cli
