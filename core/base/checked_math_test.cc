#include "core/base/checked_math.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

namespace alexnet {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr uint64_t kMostUnsigned = std::numeric_limits<uint64_t>::max();

TEST(CheckedMathTest, AddStopsAtTheLimitsOfTheType) {
  EXPECT_EQ(CheckedAdd<int64_t>(kMost - 1, 1), kMost);
  EXPECT_EQ(CheckedAdd<int64_t>(kMost, 1), std::nullopt);
  EXPECT_EQ(CheckedAdd<int64_t>(-kMost, -2), std::nullopt);
  EXPECT_EQ(CheckedAdd<uint64_t>(kMostUnsigned, 1), std::nullopt);
  EXPECT_EQ(CheckedAdd<int8_t>(100, 28), std::nullopt);
}

TEST(CheckedMathTest, MulStopsAtTheLimitsOfTheType) {
  EXPECT_EQ(CheckedMul<int64_t>(int64_t{1} << 31, int64_t{1} << 31),
            int64_t{1} << 62);
  EXPECT_EQ(CheckedMul<int64_t>(int64_t{1} << 32, int64_t{1} << 31),
            std::nullopt);
  EXPECT_EQ(CheckedMul<uint64_t>(uint64_t{1} << 32, uint64_t{1} << 32),
            std::nullopt);
  EXPECT_EQ(CheckedMul<uint64_t>(kMostUnsigned, 0), 0u);
}

TEST(CheckedMathTest, RoundUpGoesToTheNextMultiple) {
  EXPECT_EQ(RoundUp(0, 64), 0);
  EXPECT_EQ(RoundUp(1, 64), 64);
  EXPECT_EQ(RoundUp(64, 64), 64);
  EXPECT_EQ(RoundUp<uint64_t>(65, 64), 128u);
  EXPECT_EQ(RoundUp(7, 3), 9);
}

}  // namespace
}  // namespace alexnet
