#include <png.h>

#include <cstring>

#include "core/data/decode.h"

namespace alexnet {

Result<std::vector<std::byte>> EncodePng(const Image& image) {
  png_image png;
  std::memset(&png, 0, sizeof(png));
  png.version = PNG_IMAGE_VERSION;
  png.width = static_cast<png_uint_32>(image.width);
  png.height = static_cast<png_uint_32>(image.height);
  png.format = image.channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png.flags = PNG_IMAGE_FLAG_FAST;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(png);
  std::vector<std::byte> bytes(size);
  if (png_image_write_to_memory(&png, bytes.data(), &size, 0,
                                image.pixels.data(), 0, nullptr) == 0) {
    return InternalError(png.message);
  }
  bytes.resize(size);
  return bytes;
}

}  // namespace alexnet
