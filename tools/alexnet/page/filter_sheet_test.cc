#include "tools/alexnet/page/filter_sheet.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <limits>
#include <vector>

namespace alexnet::cli {
namespace {

using Pixel = std::array<int, 4>;

constexpr Pixel kNothing = {0, 0, 0, 0};

Pixel At(const Raster& raster, uint32_t x, uint32_t y) {
  const uint8_t* pixel =
      raster.rgba.data() + size_t{4} * (y * raster.width + x);
  return {pixel[0], pixel[1], pixel[2], pixel[3]};
}

// Thirteen filters of two by one: two rows, of twelve and of one.
TEST(FilterSheetTest, FiltersStandInRowsWithGaps) {
  std::vector<float> values(26, 0.0F);
  values[0] = 0.5F;
  values[1] = -0.25F;
  values[24] = -1.0F;
  const Raster sheet = FilterSheet({values, 13, 1, 1, 2});
  EXPECT_EQ(sheet.width, 12 * 3 - 1);
  EXPECT_EQ(sheet.height, 2 * 2 - 1);
  EXPECT_EQ(At(sheet, 0, 0), (Pixel{255, 255, 255, 255}));
  EXPECT_EQ(At(sheet, 1, 0), (Pixel{64, 64, 64, 255}));
  EXPECT_EQ(At(sheet, 2, 0), kNothing);
  // Nothing but zeros.
  EXPECT_EQ(At(sheet, 3, 0), (Pixel{128, 128, 128, 255}));
  EXPECT_EQ(At(sheet, 0, 1), kNothing);
  EXPECT_EQ(At(sheet, 0, 2), (Pixel{0, 0, 0, 255}));
  EXPECT_EQ(At(sheet, 3, 2), kNothing);
}

TEST(FilterSheetTest, ColoursAreTheChannels) {
  const std::vector<float> values = {1.0F, 0.0F, -1.0F};
  EXPECT_EQ(At(FilterSheet({values, 1, 3, 1, 1}), 0, 0),
            (Pixel{255, 128, 0, 255}));
  EXPECT_EQ(At(FilterSheet({values, 1, 3, 1, 1, true}), 0, 0),
            (Pixel{0, 128, 255, 255}));
}

TEST(FilterSheetTest, WhatIsNotFiniteIsMagenta) {
  const std::vector<float> values = {
      std::numeric_limits<float>::quiet_NaN(), 1.0F,
      std::numeric_limits<float>::infinity(), 2.0F};
  const Raster sheet = FilterSheet({values, 2, 1, 2, 1});
  EXPECT_EQ(At(sheet, 0, 0), (Pixel{255, 0, 255, 255}));
  EXPECT_EQ(At(sheet, 0, 1), (Pixel{255, 255, 255, 255}));
  EXPECT_EQ(At(sheet, 2, 0), (Pixel{255, 0, 255, 255}));
}

}  // namespace
}  // namespace alexnet::cli
