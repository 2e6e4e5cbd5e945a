#include "tests/end_to_end/png.h"

#include <gtest/gtest.h>
#include <png.h>

#include "tests/end_to_end/command.h"

namespace alexnet::testing {
namespace {

png_image Image() {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  return image;
}

}  // namespace

Picture DecodePng(const std::string& file) {
  png_image image = Image();
  if (png_image_begin_read_from_memory(&image, file.data(), file.size()) == 0) {
    return {};
  }
  image.format = PNG_FORMAT_RGBA;
  Picture picture{image.width, image.height,
                  std::vector<uint8_t>(PNG_IMAGE_SIZE(image))};
  if (png_image_finish_read(&image, nullptr, picture.rgba.data(), 0, nullptr) ==
      0) {
    return {};
  }
  return picture;
}

Picture ReadPng(const std::string& path) { return DecodePng(ReadText(path)); }

void WritePng(const std::string& path, const Picture& picture) {
  png_image image = Image();
  image.width = picture.width;
  image.height = picture.height;
  image.format = PNG_FORMAT_RGBA;
  ASSERT_NE(png_image_write_to_file(&image, path.c_str(), 0,
                                    picture.rgba.data(), 0, nullptr),
            0)
      << image.message;
}

}  // namespace alexnet::testing
