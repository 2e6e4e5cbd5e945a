#include "core/base/philox.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace alexnet {
namespace {

std::vector<uint32_t> Words(PhiloxKey key, PhiloxCounter counter) {
  const PhiloxBlock block = Philox4x32(key, counter);
  return {block.v, block.v + 4};
}

// The known-answer vectors that the authors publish for philox4x32-10.
TEST(PhiloxTest, KnownAnswers) {
  EXPECT_EQ(
      Words({0, 0}, {0, 0, 0, 0}),
      (std::vector<uint32_t>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(
      Words({kOnes, kOnes}, {kOnes, kOnes, kOnes, kOnes}),
      (std::vector<uint32_t>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(
      Words({0xa4093822, 0x299f31d0},
            {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}),
      (std::vector<uint32_t>{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(PhiloxTest, KeyTakesBothHalvesOfTheSeed) {
  const PhiloxKey key = PhiloxKey::FromSeed(0x0123456789abcdefu);
  EXPECT_EQ(key.lo, 0x89abcdefu);
  EXPECT_EQ(key.hi, 0x01234567u);
}

TEST(PhiloxTest, UniformIsExactAndBelowOne) {
  EXPECT_EQ(PhiloxUniform(0), 0.0f);
  EXPECT_EQ(PhiloxUniform(0x80000000u), 0.5f);
  EXPECT_EQ(PhiloxUniform(0xffffffffu), 1.0f - 0x1p-24f);
}

TEST(PhiloxStreamTest, WordsAreTheBlocksOfItsCounter) {
  PhiloxStream stream(42, RandomPurpose::kShuffle, 3, 4);
  for (uint32_t block = 0; block < 3; ++block) {
    for (const uint32_t word : Words({42, 0}, {block, 3, 4, 2})) {
      EXPECT_EQ(stream.NextWord(), word);
    }
  }
}

TEST(PhiloxStreamTest, PurposesAndSubstreamsDiffer) {
  const uint32_t word = PhiloxStream(1, RandomPurpose::kDemo).NextWord();
  EXPECT_NE(word, PhiloxStream(1, RandomPurpose::kSplit).NextWord());
  EXPECT_NE(word, PhiloxStream(1, RandomPurpose::kDemo, 1).NextWord());
  EXPECT_NE(word, PhiloxStream(1, RandomPurpose::kDemo, 0, 1).NextWord());
  EXPECT_NE(word, PhiloxStream(2, RandomPurpose::kDemo).NextWord());
}

TEST(PhiloxStreamTest, BelowHitsEveryValueEquallyOften) {
  constexpr uint32_t kValues = 7;
  constexpr int kDraws = 70000;
  PhiloxStream stream(5, RandomPurpose::kShuffle);
  std::vector<int> hits(kValues);
  for (int i = 0; i < kDraws; ++i) ++hits.at(stream.Below(kValues));
  // Six standard deviations of a binomial count.
  const double expected = double{kDraws} / kValues;
  const double deviation = std::sqrt(expected * (1 - 1.0 / kValues));
  for (const int count : hits) EXPECT_NEAR(count, expected, 6 * deviation);
}

// With n = 3 * 2^30 a plain multiply or modulo favours a third of the values
// two to one: the shares would be 1/2, 1/4, 1/4.
TEST(PhiloxStreamTest, BelowHasNoModuloBias) {
  constexpr uint32_t kThird = 1u << 30;
  constexpr int kDraws = 30000;
  PhiloxStream stream(6, RandomPurpose::kShuffle);
  std::vector<int> by_place(3);
  std::vector<int> by_remainder(3);
  for (int i = 0; i < kDraws; ++i) {
    const uint32_t value = stream.Below(3 * kThird);
    ++by_place.at(value / kThird);
    ++by_remainder.at(value % 3);
  }
  const double deviation = std::sqrt(kDraws * (1.0 / 3) * (2.0 / 3));
  for (int i = 0; i < 3; ++i) {
    EXPECT_NEAR(by_place.at(i), kDraws / 3.0, 6 * deviation);
    EXPECT_NEAR(by_remainder.at(i), kDraws / 3.0, 6 * deviation);
  }
}

TEST(PhiloxStreamTest, BelowOneIsZero) {
  PhiloxStream stream(7, RandomPurpose::kShuffle);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(stream.Below(1), 0u);
}

TEST(PhiloxStreamTest, NormalHasTheMomentsAndTailsOfTheDistribution) {
  constexpr int kDraws = 200000;
  PhiloxStream stream(8, RandomPurpose::kWeightInit);
  double sum = 0;
  double squares = 0;
  double products = 0;  // of the two values of a pair
  int beyond_one = 0;
  int beyond_three = 0;
  double last = 0;
  for (int i = 0; i < kDraws; ++i) {
    const double value = stream.Normal();
    ASSERT_TRUE(std::isfinite(value));
    sum += value;
    squares += value * value;
    if (i % 2 == 1) products += value * last;
    last = value;
    beyond_one += std::abs(value) > 1 ? 1 : 0;
    beyond_three += std::abs(value) > 3 ? 1 : 0;
  }
  // Six standard errors each.
  const double n = kDraws;
  EXPECT_NEAR(sum / n, 0, 6 / std::sqrt(n));
  EXPECT_NEAR(squares / n, 1, 6 * std::sqrt(2 / n));
  EXPECT_NEAR(products / (n / 2), 0, 6 / std::sqrt(n / 2));
  EXPECT_NEAR(beyond_one / n, std::erfc(1 / std::sqrt(2.0)),
              6 * std::sqrt(0.3173 * 0.6827 / n));
  EXPECT_NEAR(beyond_three / n, std::erfc(3 / std::sqrt(2.0)),
              6 * std::sqrt(0.0027 / n));
}

}  // namespace
}  // namespace alexnet
