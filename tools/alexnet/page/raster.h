// Raster: a picture's pixels, and its file.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_RASTER_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_RASTER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace alexnet::cli {

struct Raster {
  Raster(uint32_t columns, uint32_t rows)
      : width(columns), height(rows), rgba(size_t{4} * columns * rows) {}

  uint32_t width;
  uint32_t height;
  std::vector<uint8_t> rgba;  // rows from the top; all transparent at first
};

// One above the other, the first on top, with `gap` transparent rows between;
// each begins at the left.
Raster Stacked(std::span<const Raster> rasters, uint32_t gap);
// Each pixel as a square of as many as fit into `width` columns, one at least.
Raster Enlarged(const Raster& raster, uint32_t width);
// Squares of pixels as their mean, each of the fewest that leave at most
// `width` columns.
Raster Reduced(const Raster& raster, uint32_t width);
// Of another size, each pixel the mean of those that it covers, or the one that
// it lies in where it covers none whole.
Raster Scaled(const Raster& raster, uint32_t width, uint32_t height);

// A .png file; of up to 256 colours, a byte for each pixel at the most. Throws
// std::runtime_error.
std::string EncodePng(const Raster& raster);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_RASTER_H_
