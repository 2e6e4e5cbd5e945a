#include "tools/alexnet/page/heat_map.h"

#include <cstddef>

#include "tools/alexnet/page/colour_map.h"

namespace alexnet::cli {

Raster HeatMap(const Raster& picture, const Maps& map, const MapRange& range) {
  Raster heat(picture.width, picture.height);
  for (uint32_t y = 0; y < heat.height; ++y) {
    for (uint32_t x = 0; x < heat.width; ++x) {
      const size_t at = 4 * (size_t{y} * heat.width + x);
      const uint8_t* const from = picture.rgba.data() + at;
      // ITU-R 601, in thousandths.
      const int luma = (299 * from[0] + 587 * from[1] + 114 * from[2]) / 1000;
      const int64_t row = y * map.height / heat.height;
      const int64_t column = x * map.width / heat.width;
      const Colour colour = ColourOf(
          map.values[static_cast<size_t>(row * map.width + column)], range);
      for (size_t i = 0; i < colour.size(); ++i) {
        heat.rgba[at + i] = static_cast<uint8_t>((luma + colour[i]) / 2);
      }
      heat.rgba[at + 3] = 255;
    }
  }
  return heat;
}

}  // namespace alexnet::cli
