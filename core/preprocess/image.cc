#include "core/preprocess/image.h"

#include <fmt/core.h>

#include <new>
#include <optional>

#include "core/base/checked_math.h"

namespace alexnet {

Result<Image> Image::Create(int width, int height, int channels) {
  if (width < 1 || height < 1 || (channels != 1 && channels != 3)) {
    return InvalidArgumentError(fmt::format(
        "a picture cannot be {} x {} pixels with {} channels; sides must be at "
        "least 1 and channels 1 or 3",
        width, height, channels));
  }
  const std::optional<size_t> area =
      CheckedMul<size_t>(static_cast<size_t>(width), height);
  const std::optional<size_t> bytes =
      area ? CheckedMul<size_t>(*area, channels) : std::nullopt;
  Image image;
  image.width = width;
  image.height = height;
  image.channels = channels;
  try {
    if (!bytes) throw std::bad_alloc();
    image.pixels.resize(*bytes);
  } catch (const std::exception&) {  // bad_alloc or length_error
    return OutOfMemoryError(
        fmt::format("no memory for a picture of {} x {} pixels; use a smaller "
                    "one or a lower pixel limit",
                    width, height));
  }
  return image;
}

Result<Image> ToGray(Image image) {
  if (image.channels == 1) return image;
  ALEXNET_ASSIGN_OR_RETURN(Image gray,
                           Image::Create(image.width, image.height, 1));
  const uint8_t* from = image.pixels.data();
  for (uint8_t& value : gray.pixels) {
    value = static_cast<uint8_t>(
        (from[0] * 19595u + from[1] * 38470u + from[2] * 7471u + 0x8000u) >>
        16);
    from += 3;
  }
  return gray;
}

}  // namespace alexnet
