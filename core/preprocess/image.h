// Image: a decoded picture in memory.

#ifndef ALEXNET_CORE_PREPROCESS_IMAGE_H_
#define ALEXNET_CORE_PREPROCESS_IMAGE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct Size {
  int width = 0;   // pixels
  int height = 0;  // pixels
  bool operator==(const Size&) const = default;
};

// A rectangle of pixels; (x, y) is its top left corner.
struct Box {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const Box&) const = default;
};

// 8-bit picture, rows from the top, pixels interleaved: (height, width,
// channels), with 3 channels red, green, blue, or 1 channel grey. A value type
// that owns its pixels; const access from many threads is safe.
struct Image {
  int width = 0;
  int height = 0;
  int channels = 0;
  std::vector<uint8_t> pixels;

  // A black picture. Refuses sides below 1, channel counts other than 1 and 3,
  // and sizes that cannot be allocated (kOutOfMemory).
  static Result<Image> Create(int width, int height, int channels);

  Size size() const { return {width, height}; }
  Box box() const { return {0, 0, width, height}; }
  size_t stride() const { return static_cast<size_t>(width) * channels; }
  const uint8_t* row(int y) const { return pixels.data() + stride() * y; }
  uint8_t* row(int y) { return pixels.data() + stride() * y; }
};

// Luma of an RGB picture by ITU-R 601 in Pillow's 16-bit fixed point; a picture
// that is grey already is returned as it is.
Result<Image> ToGray(Image image);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_IMAGE_H_
