#include "core/base/check.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace alexnet {
namespace {

enum class Fruit : int8_t { kApple = 0, kPear = 1 };

TEST(CheckRangeTest, TakesBothEnds) {
  EXPECT_TRUE(CheckRange("batch", 1, 1, 8).ok());
  EXPECT_TRUE(CheckRange("batch", 8, 1, 8).ok());
  EXPECT_TRUE(CheckRange("rate", 0.5f, 0, 0.5f).ok());
}

TEST(CheckRangeTest, SaysWhatMayBe) {
  const Status status = CheckRange("batch", 9, 1, 8);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.field(), "batch");
  EXPECT_EQ(status.message(), "is 9; it must be 1 to 8");
  EXPECT_EQ(CheckRange("rate", 0.999f, 0, 0.25f).message(),
            "is 0.999; it must be 0 to 0.25");
}

TEST(CheckRangeTest, RefusesNan) {
  EXPECT_FALSE(CheckRange("rate", std::nanf(""), 0, 1).ok());
  EXPECT_FALSE(
      CheckRange("rate", std::numeric_limits<double>::infinity(), 0, 1).ok());
}

TEST(CheckEnumTest, TakesKnownNumbersOnly) {
  EXPECT_TRUE(CheckEnum("fruit", Fruit::kPear, Fruit::kPear).ok());
  const Status status = CheckEnum("fruit", static_cast<Fruit>(2), Fruit::kPear);
  EXPECT_EQ(status.field(), "fruit");
  EXPECT_EQ(status.message(), "unknown value 2; 0 to 1 are known");
  EXPECT_FALSE(CheckEnum("fruit", static_cast<Fruit>(-1), Fruit::kPear).ok());
}

TEST(UnknownNameTest, ListsWhatThereIs) {
  const Status status = UnknownName("layer", "conv9", {"conv1", "fc2"});
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "there is no layer \"conv9\"; there are conv1, fc2");
  EXPECT_EQ(UnknownName("layer", "x", {"fc2"}).message(),
            "there is no layer \"x\"; there is fc2");
  EXPECT_EQ(UnknownName("layer", "x", {}).message(),
            "there is no layer \"x\" and no other");
  EXPECT_EQ(UnknownName("number", "x", std::vector<int>{1, 2},
                        [](int number) { return std::to_string(number); })
                .message(),
            "there is no number \"x\"; there are 1, 2");
}

}  // namespace
}  // namespace alexnet
