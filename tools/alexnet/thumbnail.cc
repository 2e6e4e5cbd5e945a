#include "tools/alexnet/thumbnail.h"

#include <algorithm>
#include <cstddef>

namespace alexnet::cli {
namespace {

// Pixels of the longer side; of fewer than half it is coarse.
constexpr uint32_t kLonger = 112;

// Pixels of a picture.
struct Part {
  int32_t left;
  int32_t top;
  int32_t width;
  int32_t height;
};

Raster RasterOf(const alexnet_image& image, const Part& part) {
  Raster raster(static_cast<uint32_t>(part.width),
                static_cast<uint32_t>(part.height));
  const int64_t stride = image.row_stride != 0
                             ? image.row_stride
                             : int64_t{image.width} * image.channels;
  uint8_t* to = raster.rgba.data();
  for (int32_t y = 0; y < part.height; ++y) {
    const uint8_t* from = image.pixels + (part.top + y) * stride +
                          std::ptrdiff_t{part.left} * image.channels;
    for (int32_t x = 0; x < part.width; ++x, from += image.channels) {
      for (int c = 0; c < 3; ++c) *to++ = from[image.channels == 1 ? 0 : c];
      *to++ = 255;
    }
  }
  return raster;
}

}  // namespace

Thumbnail ThumbnailOf(const alexnet_image& image) {
  const Raster whole = RasterOf(image, {0, 0, image.width, image.height});
  const uint32_t longer = std::max(whole.width, whole.height);
  const auto side = [longer](uint32_t of) {
    const uint64_t most = std::min(longer, kLonger);  // not enlarged
    return std::max(static_cast<uint32_t>(most * of / longer), 1U);
  };
  return {EncodePng(Scaled(whole, side(whole.width), side(whole.height))),
          longer < kLonger / 2};
}

Raster MiddleSquare(const alexnet_image& image, uint32_t side) {
  const int32_t shorter = std::min(image.width, image.height);
  const Part middle{(image.width - shorter) / 2, (image.height - shorter) / 2,
                    shorter, shorter};
  return Scaled(RasterOf(image, middle), side, side);
}

}  // namespace alexnet::cli
