#include "tools/alexnet/thumbnail.h"

#include <algorithm>
#include <cstdint>

#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {
namespace {

// Pixels of the longer side; of fewer than half it is coarse.
constexpr uint32_t kLonger = 112;

Raster RasterOf(const alexnet_image& image) {
  Raster raster(static_cast<uint32_t>(image.width),
                static_cast<uint32_t>(image.height));
  const int64_t stride = image.row_stride != 0
                             ? image.row_stride
                             : int64_t{image.width} * image.channels;
  uint8_t* to = raster.rgba.data();
  for (int64_t y = 0; y < image.height; ++y) {
    const uint8_t* from = image.pixels + y * stride;
    for (int64_t x = 0; x < image.width; ++x, from += image.channels) {
      for (int c = 0; c < 3; ++c) *to++ = from[image.channels == 1 ? 0 : c];
      *to++ = 255;
    }
  }
  return raster;
}

}  // namespace

Thumbnail ThumbnailOf(const alexnet_image& image) {
  const Raster whole = RasterOf(image);
  const uint32_t longer = std::max(whole.width, whole.height);
  const auto width = static_cast<uint32_t>(
      std::max<uint64_t>(uint64_t{kLonger} * whole.width / longer, 1));
  return {EncodePng(Reduced(whole, width)), longer < kLonger / 2};
}

}  // namespace alexnet::cli
