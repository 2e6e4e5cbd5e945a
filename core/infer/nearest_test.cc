#include "core/infer/nearest.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/base/philox.h"

namespace alexnet {
namespace {

TEST(NearestTest, FindsTheNearestInTheirOrder) {
  constexpr size_t kSize = 7;
  constexpr size_t kRows = 40;
  PhiloxStream stream(3, RandomPurpose::kSynthetic, 1);
  const auto draw = [&](size_t count) {
    std::vector<float> values(count);
    for (float& value : values) {
      value = static_cast<float>(stream.Below(1000)) / 100.0f;
    }
    return values;
  };
  const std::vector<float> rows = draw(kRows * kSize);
  const std::vector<float> query = draw(kSize);
  const auto distance = [&](size_t row) {
    double sum = 0.0;
    for (size_t i = 0; i < kSize; ++i) {
      sum += std::pow(double{rows[row * kSize + i]} - double{query[i]}, 2);
    }
    return std::sqrt(sum);
  };
  const auto nearest = FindNearest(rows, query, 5);
  ASSERT_TRUE(nearest.ok());
  ASSERT_EQ(nearest->size(), 5u);
  for (size_t i = 0; i < 5; ++i) {
    const Neighbour& each = (*nearest)[i];
    EXPECT_DOUBLE_EQ(each.distance, distance(static_cast<size_t>(each.index)));
    // Exactly i rows are nearer.
    size_t nearer = 0;
    for (size_t row = 0; row < kRows; ++row) {
      nearer += distance(row) < each.distance;
    }
    EXPECT_EQ(nearer, i);
  }
  EXPECT_EQ(FindNearest(rows, query, 100)->size(), kRows);
}

TEST(NearestTest, EqualOnesGoByIndexAndNotANumberComesLast) {
  const float nan = std::nanf("");
  const float inf = std::numeric_limits<float>::infinity();
  const std::vector<float> rows = {1, nan, 2, 0, inf, 0, 0, 2, 2, 0};
  const auto nearest = FindNearest(rows, std::vector<float>{0, 0}, 9);
  ASSERT_TRUE(nearest.ok());
  std::vector<int64_t> order;
  for (const Neighbour& each : *nearest) order.push_back(each.index);
  EXPECT_EQ(order, (std::vector<int64_t>{1, 3, 4, 0, 2}));
  EXPECT_EQ((*nearest)[0].distance, 2.0);
  EXPECT_TRUE(std::isnan((*nearest)[3].distance));
  EXPECT_TRUE(std::isnan((*nearest)[4].distance));
}

TEST(NearestTest, RefusesWhatIsNoRow) {
  const std::vector<float> rows(7);
  EXPECT_EQ(FindNearest(rows, std::vector<float>(2), 1).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(FindNearest(rows, {}, 1).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_TRUE(FindNearest({}, std::vector<float>(2), 1)->empty());
}

}  // namespace
}  // namespace alexnet
