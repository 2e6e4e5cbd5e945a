#include "tools/alexnet/paired_difference.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace alexnet::cli {
namespace {

// With the quantiles 4.302653 and 2.093024 of the tables.
TEST(PairedDifferenceTest, IsStudentsInterval) {
  const PairedDifference three = DifferenceOf(std::vector{0.9, 1.4, 0.7});
  EXPECT_NEAR(three.mean, 1.0, 1e-12);
  EXPECT_NEAR(three.half_width, 0.895669, 1e-4);
  EXPECT_TRUE(three.positive());
  EXPECT_FALSE(three.negative());

  std::vector<double> many;
  for (int i = 0; i < 20; ++i) many.push_back(std::sin(i) - 0.5);
  const PairedDifference twenty = DifferenceOf(many);
  EXPECT_NEAR(twenty.mean, -0.495736, 1e-6);
  EXPECT_NEAR(twenty.half_width, 0.330296, 1e-4);
  EXPECT_TRUE(twenty.negative());
}

TEST(PairedDifferenceTest, OfZeroWithinTheIntervalIsNeither) {
  const PairedDifference none = DifferenceOf(std::vector{-1.0, 1.5});
  EXPECT_FALSE(none.positive());
  EXPECT_FALSE(none.negative());
}

TEST(PairedDifferenceTest, OnePairHasNoInterval) {
  const PairedDifference one = DifferenceOf(std::vector{2.0});
  EXPECT_EQ(one.mean, 2.0);
  EXPECT_TRUE(std::isnan(one.half_width));
  EXPECT_FALSE(one.positive());
  EXPECT_FALSE(one.negative());
  EXPECT_TRUE(std::isnan(DifferenceOf({}).mean));
}

TEST(SpreadTest, IsTheSamples) {
  const Spread spread = SpreadOf(std::vector{2.0, 4.0, 9.0});
  EXPECT_NEAR(spread.mean, 5.0, 1e-12);
  EXPECT_NEAR(spread.deviation, std::sqrt(13.0), 1e-12);
  EXPECT_TRUE(std::isnan(SpreadOf(std::vector{1.0}).deviation));
}

}  // namespace
}  // namespace alexnet::cli
