#include "tools/alexnet/page/raster.h"

#include <png.h>

#include <algorithm>
#include <stdexcept>

namespace alexnet::cli {

Raster Stacked(std::span<const Raster> rasters, uint32_t gap) {
  uint32_t width = 0, height = 0;
  for (const Raster& each : rasters) {
    width = std::max(width, each.width);
    height += each.height + (height == 0 ? 0 : gap);
  }
  Raster whole(width, height);
  const size_t row = size_t{4} * width;
  size_t top = 0;
  for (const Raster& each : rasters) {
    const size_t own = size_t{4} * each.width;
    for (uint32_t y = 0; y < each.height; ++y) {
      std::copy_n(each.rgba.data() + y * own, own,
                  whole.rgba.data() + (top + y) * row);
    }
    top += each.height + gap;
  }
  return whole;
}

Raster Enlarged(const Raster& raster, uint32_t width) {
  const uint32_t factor = std::max(width / raster.width, 1U);
  Raster large(raster.width * factor, raster.height * factor);
  for (uint32_t y = 0; y < large.height; ++y) {
    const uint8_t* const from =
        raster.rgba.data() + size_t{4} * (y / factor) * raster.width;
    uint8_t* to = large.rgba.data() + size_t{4} * y * large.width;
    for (uint32_t x = 0; x < large.width; ++x, to += 4) {
      std::copy_n(from + size_t{4} * (x / factor), 4, to);
    }
  }
  return large;
}

std::string EncodePng(const Raster& raster) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = raster.width;
  image.height = raster.height;
  image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = 0;
  const auto write = [&](void* to) {
    if (png_image_write_to_memory(&image, to, &size, 0, raster.rgba.data(), 0,
                                  nullptr) == 0) {
      throw std::runtime_error(std::string("a picture cannot be written: ") +
                               image.message);
    }
  };
  write(nullptr);
  std::string png(size, '\0');
  write(png.data());
  png.resize(size);
  return png;
}

}  // namespace alexnet::cli
