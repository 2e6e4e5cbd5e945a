#include "tools/alexnet/page/filter_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "tools/alexnet/page/grid.h"

namespace alexnet::cli {
namespace {

float Largest(std::span<const float> filter) {
  float largest = 0.0F;
  for (const float value : filter) {
    if (std::isfinite(value)) largest = std::max(largest, std::abs(value));
  }
  return largest;
}

uint8_t Level(float value, float largest) {
  const float relative = largest == 0.0F ? 0.0F : value / largest;
  return static_cast<uint8_t>(std::lround(127.5F + 127.5F * relative));
}

}  // namespace

Raster FilterSheet(const Filters& filters) {
  const Grid grid{filters.count, ColumnsFor(filters.count), filters.height,
                  filters.width, 1};
  const int64_t area = filters.height * filters.width;
  Raster sheet = grid.Canvas();
  for (int64_t index = 0; index < filters.count; ++index) {
    const auto filter = filters.values.subspan(
        static_cast<size_t>(index * filters.channels * area),
        static_cast<size_t>(filters.channels * area));
    const float largest = Largest(filter);
    for (int64_t place = 0; place < area; ++place) {
      uint8_t* const pixel = grid.Pixel(sheet, index, place / filters.width,
                                        place % filters.width);
      pixel[3] = 255;
      bool finite = true;
      for (int64_t colour = 0; colour < 3; ++colour) {
        const int64_t channel = filters.channels == 1 ? 0
                                : filters.blue_first  ? 2 - colour
                                                      : colour;
        const float value = filter[static_cast<size_t>(channel * area + place)];
        finite = finite && std::isfinite(value);
        if (finite) pixel[colour] = Level(value, largest);
      }
      if (!finite) pixel[0] = pixel[2] = 255, pixel[1] = 0;
    }
  }
  return sheet;
}

}  // namespace alexnet::cli
