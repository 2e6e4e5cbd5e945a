#include "tools/alexnet/page/map_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

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

int64_t Rows(const Maps& maps, int64_t step) {
  return (maps.height + step - 1) / step;
}

int64_t Columns(const Maps& maps, int64_t step) {
  return (maps.width + step - 1) / step;
}

Grid GridOf(const Maps& maps, const MapExtract& extract) {
  const int64_t count = extract.count;
  if (maps.height > 1 || maps.width > 1) {
    return {count, ColumnsFor(count), Rows(maps, extract.step),
            Columns(maps, extract.step), 1};
  }
  return {count, count <= kStrip ? count : ColumnsFor(count), 1, 1, 0};
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

Colour ColourOf(float value, const MapRange& range) {
  if (!std::isfinite(value)) return kNotFinite;
  const double width = double{range.high} - double{range.low};
  return MapColour(width > 0 ? (value - double{range.low}) / width : 0.0);
}

MapExtract Fitting(const Maps& maps, int64_t values) {
  int64_t step = 1;
  while (Rows(maps, step) * Columns(maps, step) > values) ++step;
  const int64_t each = Rows(maps, step) * Columns(maps, step);
  return {std::min(values / each, maps.count), step};
}

Raster MapSheet(const Maps& maps, const MapRange& range,
                const MapExtract& extract) {
  const Grid grid = GridOf(maps, extract);
  Raster sheet = grid.Canvas();
  for (int64_t index = 0; index < grid.count; ++index) {
    const std::span<const float> map = MapOf(maps, index);
    const bool zero = IsZero(map);
    for (int64_t y = 0; y < grid.height; ++y) {
      for (int64_t x = 0; x < grid.width; ++x) {
        const float value =
            map[static_cast<size_t>((y * maps.width + x) * extract.step)];
        const Colour colour = zero ? kNothingButZeros : ColourOf(value, range);
        uint8_t* const pixel = grid.Pixel(sheet, index, y, x);
        std::copy(colour.begin(), colour.end(), pixel);
        pixel[3] = 255;
      }
    }
  }
  return sheet;
}

Raster MapSheet(const Maps& maps, const MapRange& range) {
  return MapSheet(maps, range, {maps.count, 1});
}

}  // namespace alexnet::cli
