#include "core/tensor/dtype.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace alexnet {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// The compiler's own conversions: the oracle for halfs.
uint16_t CompilerHalf(float value) {
  return std::bit_cast<uint16_t>(static_cast<_Float16>(value));
}
float CompilerFloat(uint16_t bits) {
  return static_cast<float>(std::bit_cast<_Float16>(bits));
}

uint32_t Bits(float value) { return std::bit_cast<uint32_t>(value); }
float FromBits(uint32_t bits) { return std::bit_cast<float>(bits); }

// Floats of every exponent and both signs, whose mantissas lie on, just below
// and just above the places where rounding to 10 or 7 bits of mantissa, or to
// the fewer of a subnormal half, changes.
std::vector<float> InterestingFloats() {
  std::vector<uint32_t> mantissas;
  for (int bit = 0; bit < 23; ++bit) {
    for (const uint32_t high : {0u, 0x7FFFFFu, 0x2AAAAAu, 0x555555u}) {
      const uint32_t kept = high & ~((2u << bit) - 1) & 0x7FFFFFu;
      for (const uint32_t low : {0u, 1u << bit, (1u << bit) + 1,
                                 (1u << bit) - 1, 2u << bit, 3u << bit}) {
        mantissas.push_back((kept + low) & 0x7FFFFFu);
      }
    }
  }
  std::vector<float> values;
  for (uint32_t exponent = 0; exponent < 256; ++exponent) {
    for (const uint32_t mantissa : mantissas) {
      for (const uint32_t sign : {0u, 0x80000000u}) {
        values.push_back(FromBits(sign | (exponent << 23) | mantissa));
      }
    }
  }
  return values;
}

TEST(DTypeTest, NamesAndSizes) {
  EXPECT_STREQ(DTypeName(DType::kF32), "f32");
  EXPECT_STREQ(DTypeName(DType::kF16), "f16");
  EXPECT_STREQ(DTypeName(DType::kBF16), "bf16");
  EXPECT_STREQ(DTypeName(static_cast<DType>(9)), "unknown");
  EXPECT_EQ(DTypeSize(DType::kF32), 4);
  EXPECT_EQ(DTypeSize(DType::kF16), 2);
  EXPECT_EQ(DTypeSize(DType::kBF16), 2);
}

TEST(HalfTest, EveryHalfWidensAsTheCompilersDoes) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto half = static_cast<uint16_t>(bits);
    const float expected = CompilerFloat(half);
    if (std::isnan(expected)) {
      EXPECT_TRUE(std::isnan(HalfToFloat(half))) << bits;
    } else {
      EXPECT_EQ(Bits(HalfToFloat(half)), Bits(expected)) << bits;
    }
  }
}

TEST(HalfTest, EveryHalfComesBack) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const bool is_nan = (bits & 0x7FFF) > 0x7C00;
    // A NaN comes back quiet, with its sign and payload.
    EXPECT_EQ(FloatToHalf(HalfToFloat(static_cast<uint16_t>(bits))),
              is_nan ? (bits | 0x200) : bits);
  }
}

TEST(HalfTest, RoundsAsTheCompilersDoes) {
  for (const float value : InterestingFloats()) {
    if (std::isnan(value)) {
      EXPECT_GT(FloatToHalf(value) & 0x7FFF, 0x7C00) << Bits(value);
    } else {
      EXPECT_EQ(FloatToHalf(value), CompilerHalf(value)) << Bits(value);
    }
  }
}

TEST(HalfTest, KnownValues) {
  EXPECT_EQ(FloatToHalf(1.0f), 0x3C00);
  EXPECT_EQ(FloatToHalf(-2.0f), 0xC000);
  EXPECT_EQ(FloatToHalf(65504.0f), 0x7BFF);   // the largest
  EXPECT_EQ(FloatToHalf(65519.99f), 0x7BFF);  // below half way to 65536
  EXPECT_EQ(FloatToHalf(65520.0f), 0x7C00);   // half way
  EXPECT_EQ(FloatToHalf(-kInfinity), 0xFC00);
  EXPECT_EQ(FloatToHalf(0x1p-24f), 0x0001);    // the least
  EXPECT_EQ(FloatToHalf(0x1p-25f), 0x0000);    // half of it: to even
  EXPECT_EQ(FloatToHalf(0x1.8p-24f), 0x0002);  // one and a half: to even
  EXPECT_EQ(FloatToHalf(-0.0f), 0x8000);
}

TEST(Bfloat16Test, EveryBfloat16ComesBack) {
  for (uint32_t bits = 0; bits <= 0xFFFF; ++bits) {
    const auto narrow = static_cast<uint16_t>(bits);
    EXPECT_EQ(Bits(Bfloat16ToFloat(narrow)), bits << 16);
    const bool is_nan = (bits & 0x7FFF) > 0x7F80;
    EXPECT_EQ(FloatToBfloat16(Bfloat16ToFloat(narrow)),
              is_nan ? (bits | 0x40) : bits);
  }
}

// Of the two neighbours the nearer in exact arithmetic (a double holds it), of
// equally near ones the even.
TEST(Bfloat16Test, RoundsToTheNearestNeighbour) {
  for (const float value : InterestingFloats()) {
    const uint16_t got = FloatToBfloat16(value);
    if (std::isnan(value)) {
      EXPECT_GT(got & 0x7FFF, 0x7F80) << Bits(value);
      continue;
    }
    if (std::isinf(value)) {
      EXPECT_EQ(got, Bits(value) >> 16);
      continue;
    }
    const auto below = static_cast<uint16_t>(Bits(value) >> 16);  // to zero
    const auto above = static_cast<uint16_t>(below + 1);
    const double magnitude = std::abs(static_cast<double>(value));
    const double low = std::abs(static_cast<double>(Bfloat16ToFloat(below)));
    // The neighbour of the largest counts as 2^128, although it is infinity.
    const double high =
        (above & 0x7FFF) == 0x7F80
            ? 0x1p128
            : std::abs(static_cast<double>(Bfloat16ToFloat(above)));
    const double to_low = magnitude - low;
    const double to_high = high - magnitude;
    const bool up = to_high < to_low || (to_high == to_low && (below & 1) == 1);
    EXPECT_EQ(got, up ? above : below) << Bits(value);
  }
}

// The bulk functions may use the processor's conversions; they must give the
// same bits as the single ones, NaN included, at any alignment and length.
TEST(BulkTest, WidenAgreesWithTheSingleConversions) {
  std::vector<uint16_t> all(65536);
  for (size_t i = 0; i < all.size(); ++i) all[i] = static_cast<uint16_t>(i);
  std::vector<float> wide(all.size());
  WidenToFloat(DType::kF16, all.data(), 65536, wide.data());
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(Bits(wide[i]), Bits(HalfToFloat(all[i]))) << i;
  }
  WidenToFloat(DType::kBF16, all.data(), 65536, wide.data());
  for (size_t i = 0; i < all.size(); ++i) {
    ASSERT_EQ(Bits(wide[i]), Bits(Bfloat16ToFloat(all[i]))) << i;
  }
}

TEST(BulkTest, NarrowAgreesWithTheSingleConversions) {
  const std::vector<float> values = InterestingFloats();
  const auto count = static_cast<int64_t>(values.size());
  std::vector<uint16_t> narrow(values.size());
  NarrowFromFloat(values.data(), count, DType::kF16, narrow.data());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(narrow[i], FloatToHalf(values[i])) << Bits(values[i]);
  }
  NarrowFromFloat(values.data(), count, DType::kBF16, narrow.data());
  for (size_t i = 0; i < values.size(); ++i) {
    ASSERT_EQ(narrow[i], FloatToBfloat16(values[i])) << Bits(values[i]);
  }
}

TEST(BulkTest, AnyLengthAndAlignmentAndNothingBeyondTheEnd) {
  for (const DType dtype : {DType::kF32, DType::kF16, DType::kBF16}) {
    const auto size = static_cast<size_t>(DTypeSize(dtype));
    for (int64_t count = 0; count <= 19; ++count) {
      std::vector<float> values(20, -1.0f);
      for (int64_t i = 0; i < count; ++i) {
        values[static_cast<size_t>(i)] = static_cast<float>(i);
      }
      // One byte off, so never aligned.
      std::vector<std::byte> narrow(20 * 4 + 1, std::byte{0x5A});
      NarrowFromFloat(values.data(), count, dtype, narrow.data() + 1);
      const size_t end = 1 + static_cast<size_t>(count) * size;
      EXPECT_EQ(narrow[0], std::byte{0x5A});
      for (size_t i = end; i < narrow.size(); ++i) {
        EXPECT_EQ(narrow[i], std::byte{0x5A});
      }
      std::vector<float> wide(20, -1.0f);
      WidenToFloat(dtype, narrow.data() + 1, count, wide.data());
      EXPECT_EQ(wide, values);
    }
  }
}

}  // namespace
}  // namespace alexnet
