#include "tools/alexnet/page/filter_sheet.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace alexnet::cli {
namespace {

// As wide as two rows of twelve are in the paper's figure, or nearly square.
int64_t ColumnsFor(int64_t count) {
  const auto square =
      static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  return std::max(std::min<int64_t>(count, 12), square);
}

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
  const int64_t columns = ColumnsFor(filters.count);
  const int64_t rows = (filters.count + columns - 1) / columns;
  const int64_t area = filters.height * filters.width;
  Raster sheet(static_cast<uint32_t>(columns * (filters.width + 1) - 1),
               static_cast<uint32_t>(rows * (filters.height + 1) - 1));
  for (int64_t index = 0; index < filters.count; ++index) {
    const auto filter = filters.values.subspan(
        static_cast<size_t>(index * filters.channels * area),
        static_cast<size_t>(filters.channels * area));
    const float largest = Largest(filter);
    const int64_t left = index % columns * (filters.width + 1);
    const int64_t top = index / columns * (filters.height + 1);
    for (int64_t place = 0; place < area; ++place) {
      const int64_t x = left + place % filters.width;
      const int64_t y = top + place / filters.width;
      uint8_t* const pixel =
          sheet.rgba.data() + 4 * (y * static_cast<int64_t>(sheet.width) + x);
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
