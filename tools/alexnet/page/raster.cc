#include "tools/alexnet/page/raster.h"

#include <png.h>

#include <stdexcept>

namespace alexnet::cli {

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
