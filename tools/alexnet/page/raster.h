// Raster: a picture's pixels, and its file.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_RASTER_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_RASTER_H_

#include <cstddef>
#include <cstdint>
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

// A .png file. Throws std::runtime_error.
std::string EncodePng(const Raster& raster);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_RASTER_H_
