#include "tools/alexnet/page/map_sheet.h"

#include <gtest/gtest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "tools/alexnet/page/colour_map.h"

namespace alexnet::cli {
namespace {

constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

std::array<int, 4> At(const Raster& raster, uint32_t x, uint32_t y) {
  const uint8_t* pixel =
      raster.rgba.data() + size_t{4} * (y * raster.width + x);
  return {pixel[0], pixel[1], pixel[2], pixel[3]};
}

std::array<int, 4> Opaque(const Colour& colour) {
  return {colour[0], colour[1], colour[2], 255};
}

constexpr std::array<int, 4> kNothing = {0, 0, 0, 0};

Raster Drawn(const Maps& maps) { return MapSheet(maps, RangeOf(maps)); }

// Thirteen maps of one by two: two rows, of twelve and of one.
TEST(MapSheetTest, MapsShareOneScale) {
  std::vector<float> values(26, 0.0F);
  values[0] = -1.0F;
  values[1] = 3.0F;
  values[2] = 1.0F;
  values[24] = kNaN;
  const Maps maps{values, 13, 1, 2};
  const MapRange range = RangeOf(maps);
  EXPECT_EQ(range.low, -1.0F);
  EXPECT_EQ(range.high, 3.0F);
  EXPECT_EQ(range.zero_maps, 10);
  EXPECT_EQ(range.not_finite, 1);
  const Raster sheet = MapSheet(maps, range);
  EXPECT_EQ(sheet.width, 12 * 3 - 1);
  EXPECT_EQ(sheet.height, 2 * 2 - 1);
  EXPECT_EQ(At(sheet, 0, 0), Opaque(MapColour(0)));
  EXPECT_EQ(At(sheet, 1, 0), Opaque(MapColour(1)));
  EXPECT_EQ(At(sheet, 2, 0), kNothing);
  EXPECT_EQ(At(sheet, 3, 0), Opaque(MapColour(0.5)));
  EXPECT_EQ(At(sheet, 4, 0), Opaque(MapColour(0.25)));
  EXPECT_EQ(At(sheet, 6, 0), Opaque(kNothingButZeros));
  EXPECT_EQ(At(sheet, 0, 1), kNothing);
  EXPECT_EQ(At(sheet, 0, 2), Opaque(kNotFinite));
  EXPECT_EQ(At(sheet, 1, 2), Opaque(MapColour(0.25)));
  EXPECT_EQ(At(sheet, 3, 2), kNothing);
}

TEST(MapSheetTest, UnitsStandSideBySide) {
  const std::vector<float> values(145, 2.0F);
  const Raster strip = Drawn({values, 32, 1, 1});
  EXPECT_EQ(strip.width, 32U);
  EXPECT_EQ(strip.height, 1U);
  // All have the same value.
  EXPECT_EQ(At(strip, 31, 0), Opaque(MapColour(0)));
  const Raster square = Drawn({values, 145, 1, 1});
  EXPECT_EQ(square.width, 13U);
  EXPECT_EQ(square.height, 12U);
  EXPECT_EQ(At(square, 1, 11), Opaque(MapColour(0)));
  EXPECT_EQ(At(square, 2, 11), kNothing);
}

TEST(MapSheetTest, LessIsDrawnWhereThereIsNoRoom) {
  // Two maps of three by four.
  std::vector<float> values(24);
  for (size_t i = 0; i < values.size(); ++i) values[i] = float(i + 1);
  const Maps maps{values, 2, 3, 4};
  const auto fitting = [&](int64_t room) {
    const MapExtract extract = Fitting(maps, room);
    return std::pair(extract.count, extract.step);
  };
  EXPECT_EQ(fitting(100), std::pair(int64_t{2}, int64_t{1}));
  EXPECT_EQ(fitting(24), std::pair(int64_t{2}, int64_t{1}));
  EXPECT_EQ(fitting(23), std::pair(int64_t{1}, int64_t{1}));
  EXPECT_EQ(fitting(11), std::pair(int64_t{2}, int64_t{2}));
  EXPECT_EQ(fitting(1), std::pair(int64_t{1}, int64_t{4}));
  const Raster sheet = MapSheet(maps, RangeOf(maps), {2, 2});
  EXPECT_EQ(sheet.width, 2 + 1 + 2);
  EXPECT_EQ(sheet.height, 2);
  EXPECT_EQ(At(sheet, 0, 0), Opaque(MapColour(0)));
  EXPECT_EQ(At(sheet, 1, 1), Opaque(MapColour(10 / 23.0)));
  EXPECT_EQ(At(sheet, 4, 1), Opaque(MapColour(22 / 23.0)));
}

TEST(MapSheetTest, WhatIsNotFiniteHasNoPartInTheScale) {
  const std::vector<float> values = {kNaN,
                                     std::numeric_limits<float>::infinity()};
  const MapRange range = RangeOf({values, 2, 1, 1});
  EXPECT_EQ(range.low, 0.0F);
  EXPECT_EQ(range.high, 0.0F);
  EXPECT_EQ(range.not_finite, 2);
  EXPECT_EQ(range.zero_maps, 0);
  const float most = std::numeric_limits<float>::max();
  const std::vector<float> wide = {-most, most, 0.0F};
  EXPECT_EQ(At(Drawn({wide, 3, 1, 1}), 1, 0), Opaque(MapColour(1)));
}

}  // namespace
}  // namespace alexnet::cli
