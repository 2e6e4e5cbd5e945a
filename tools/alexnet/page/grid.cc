#include "tools/alexnet/page/grid.h"

#include <algorithm>
#include <cmath>

namespace alexnet::cli {

Raster Grid::Canvas() const {
  const int64_t rows = (count + columns - 1) / columns;
  return Raster(static_cast<uint32_t>(columns * (width + gap) - gap),
                static_cast<uint32_t>(rows * (height + gap) - gap));
}

uint8_t* Grid::Pixel(Raster& canvas, int64_t index, int64_t y,
                     int64_t x) const {
  const int64_t row = index / columns * (height + gap) + y;
  const int64_t column = index % columns * (width + gap) + x;
  return canvas.rgba.data() +
         4 * (row * static_cast<int64_t>(canvas.width) + column);
}

int64_t ColumnsFor(int64_t count) {
  const auto square =
      static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  return std::max(std::min<int64_t>(count, 12), square);
}

}  // namespace alexnet::cli
