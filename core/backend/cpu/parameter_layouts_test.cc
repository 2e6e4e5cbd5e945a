#include "core/backend/cpu/parameter_layouts.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

namespace alexnet::cpu {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Packed rows of three weights.
struct Packed {
  explicit Packed(const std::vector<float>& weights)
      : rows(static_cast<int64_t>(weights.size()) / 3) {
    const std::unique_ptr<ParameterLayout> layout =
        MakeQuantizedLayout(rows, 3);
    bytes.resize(static_cast<size_t>(layout->bytes()));
    const Shape shape = {rows, 3};
    EXPECT_TRUE(
        layout->Pack({weights.data(), DType::kF32, shape}, bytes.data()).ok());
  }
  int At(int64_t row, int64_t column) const {
    return bytes[static_cast<size_t>(row * 3 + column)];
  }
  float Factor(int64_t row) const {
    return QuantizedFactors(bytes.data(), rows, 3)[row];
  }

  int64_t rows;
  std::vector<int8_t> bytes;
};

TEST(QuantizedLayoutTest, AreMultiplesOfTheirRowsFactor) {
  const Packed packed({-254.0f, 3.0f, 2.9f, 127.0f, 0.5f, -0.5f});
  EXPECT_EQ(packed.Factor(0), 2.0f);
  EXPECT_EQ(packed.At(0, 0), -127);
  EXPECT_EQ(packed.At(0, 1), 2);  // 1.5, away from zero
  EXPECT_EQ(packed.At(0, 2), 1);
  EXPECT_EQ(packed.Factor(1), 1.0f);
  EXPECT_EQ(packed.At(1, 0), 127);
  EXPECT_EQ(packed.At(1, 1), 1);
  EXPECT_EQ(packed.At(1, 2), -1);
}

TEST(QuantizedLayoutTest, OddRows) {
  const float tiny = std::numeric_limits<float>::min();
  const Packed packed({0.0f, 0.0f, 0.0f,               // nothing
                       1.0f, kInfinity, 2.0f,          //
                       1.0f, std::nanf(""), 2.0f,      //
                       126 * tiny, -126 * tiny, tiny,  //
                       1.0f, -1.0f, 0.25f,             //
                       127 * tiny, -127 * tiny, tiny});
  EXPECT_EQ(packed.Factor(0), 0.0f);
  EXPECT_TRUE(std::isnan(packed.Factor(1)));
  EXPECT_TRUE(std::isnan(packed.Factor(2)));
  EXPECT_EQ(packed.Factor(3), 0.0f);  // it would be no normal number
  EXPECT_EQ(packed.At(3, 0), 0);
  EXPECT_EQ(packed.At(4, 2), 32);
  EXPECT_EQ(packed.Factor(5), tiny);
  EXPECT_EQ(packed.At(5, 0), 127);
  EXPECT_EQ(packed.At(5, 1), -127);
  EXPECT_EQ(packed.At(5, 2), 1);
}

}  // namespace
}  // namespace alexnet::cpu
