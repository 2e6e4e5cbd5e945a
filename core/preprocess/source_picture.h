// The pictures that the golden results of tests/golden/resize were made from.
// For tests.

#ifndef ALEXNET_CORE_PREPROCESS_SOURCE_PICTURE_H_
#define ALEXNET_CORE_PREPROCESS_SOURCE_PICTURE_H_

#include <cstdint>

#include "core/preprocess/image.h"

namespace alexnet {

inline uint8_t SourceValue(int pattern, uint32_t x, uint32_t y, uint32_t c) {
  if (pattern == 0) {  // smooth
    return static_cast<uint8_t>(
        (3 * x * x + 5 * y * y + 7 * x * y + 83 * c + 11) >> 4);
  }
  uint32_t h = (x * 73856093u) ^ (y * 19349663u) ^ (c * 83492791u);
  h = (h ^ (h >> 13)) * 0x5BD1E995u;
  const uint8_t noise = static_cast<uint8_t>(h >> 15);
  return pattern == 1 ? noise : noise > 127 ? 255 : 0;
}

inline Image SourcePicture(int pattern, int width, int height, int channels) {
  Image image = Image::Create(width, height, channels).value();
  uint8_t* to = image.pixels.data();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) *to++ = SourceValue(pattern, x, y, c);
    }
  }
  return image;
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_SOURCE_PICTURE_H_
