// PixelView: how the network's input is cut out of an 8-bit picture and
// normalized, for devices that do it themselves. The same math as NormalizeCrop
// in normalize.h, one output value at a time.

#ifndef ALEXNET_CORE_PREPROCESS_PIXEL_VIEW_H_
#define ALEXNET_CORE_PREPROCESS_PIXEL_VIEW_H_

#include <cstdint>

#include "core/base/host_device.h"
#include "core/preprocess/normalize.h"

namespace alexnet {

// The room that each picture of a batch has: (height, width, channels) bytes,
// of which the picture takes the top left part.
struct PixelCanvas {
  int32_t height = 0;
  int32_t width = 0;
  int32_t channels = 0;  // 1 or 3; red, green, blue

  ALEXNET_HOST_DEVICE int64_t bytes() const {
    return int64_t{height} * width * channels;
  }
};

// A mean image, (channels, height, width) in the model's channel order.
struct PixelMean {
  const float* values = nullptr;  // null: none
  int32_t height = 0;
  int32_t width = 0;
};

struct PixelView {
  // Where in the picture the crop starts, before mirroring. May be negative,
  // and the crop may reach past the picture: what is outside is of mean colour.
  int32_t x = 0;
  int32_t y = 0;
  int32_t picture_width = 0;
  int32_t picture_height = 0;
  // Top left corner, in the mean image, of the part under the crop.
  int32_t mean_x = 0;
  int32_t mean_y = 0;
  int32_t mirror = 0;
  ChannelMap maps[3];
};

// Channel c of the model at (x, y) of a crop that is `crop_width` wide.
// `pixels` is the picture's canvas.
ALEXNET_HOST_DEVICE inline float ViewPixel(const uint8_t* pixels,
                                           const PixelCanvas& canvas,
                                           const PixelView& view,
                                           const PixelMean& mean,
                                           int32_t crop_width, int32_t c,
                                           int32_t y, int32_t x) {
  const ChannelMap& map = view.maps[c];
  const int32_t across = view.mirror != 0 ? crop_width - 1 - x : x;
  const int32_t px = view.x + across;
  const int32_t py = view.y + y;
  if (px < 0 || py < 0 || px >= view.picture_width ||
      py >= view.picture_height) {
    return map.outside;
  }
  const int32_t channel = canvas.channels == 1 ? 0 : map.source;
  const uint8_t value =
      pixels[(int64_t{py} * canvas.width + px) * canvas.channels + channel];
  float mean_pixel = 0.0f;
  if (mean.values != nullptr) {
    mean_pixel =
        mean.values[(int64_t{c} * mean.height + view.mean_y + y) * mean.width +
                    view.mean_x + across];
  }
  return NormalizePixel(value, map, mean_pixel);
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_PIXEL_VIEW_H_
