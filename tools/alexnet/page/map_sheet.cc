#include "tools/alexnet/page/map_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "tools/alexnet/page/colour_map.h"
#include "tools/alexnet/page/grid.h"

namespace alexnet::cli {
namespace {

constexpr int64_t kStrip = 32;

std::span<const float> MapOf(const Maps& maps, int64_t index) {
  const auto area = static_cast<size_t>(maps.height * maps.width);
  return maps.values.subspan(static_cast<size_t>(index) * area, area);
}

bool IsZero(std::span<const float> map) {
  return std::all_of(map.begin(), map.end(),
                     [](float value) { return value == 0.0F; });
}

Grid GridOf(const Maps& maps) {
  if (maps.height > 1 || maps.width > 1) {
    return {maps.count, ColumnsFor(maps.count), maps.height, maps.width, 1};
  }
  const int64_t columns =
      maps.count <= kStrip ? maps.count : ColumnsFor(maps.count);
  return {maps.count, columns, 1, 1, 0};
}

Colour ColourOf(float value, const MapRange& range) {
  if (!std::isfinite(value)) return kNotFinite;
  const double width = double{range.high} - double{range.low};
  return MapColour(width > 0 ? (value - double{range.low}) / width : 0.0);
}

}  // namespace

MapRange RangeOf(const Maps& maps) {
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  MapRange range{kInfinity, -kInfinity};
  for (const float value : maps.values) {
    if (!std::isfinite(value)) {
      ++range.not_finite;
      continue;
    }
    range.low = std::min(range.low, value);
    range.high = std::max(range.high, value);
  }
  if (range.low > range.high) range.low = range.high = 0.0F;
  for (int64_t index = 0; index < maps.count; ++index) {
    if (IsZero(MapOf(maps, index))) ++range.zero_maps;
  }
  return range;
}

Raster MapSheet(const Maps& maps, const MapRange& range) {
  const Grid grid = GridOf(maps);
  Raster sheet = grid.Canvas();
  for (int64_t index = 0; index < maps.count; ++index) {
    const std::span<const float> map = MapOf(maps, index);
    const bool zero = IsZero(map);
    for (int64_t y = 0; y < maps.height; ++y) {
      for (int64_t x = 0; x < maps.width; ++x) {
        const float value = map[static_cast<size_t>(y * maps.width + x)];
        const Colour colour = zero ? kNothingButZeros : ColourOf(value, range);
        uint8_t* const pixel = grid.Pixel(sheet, index, y, x);
        std::copy(colour.begin(), colour.end(), pixel);
        pixel[3] = 255;
      }
    }
  }
  return sheet;
}

}  // namespace alexnet::cli
