// PixelArgs: a batch of 8-bit pictures on their way into a network.

#ifndef ALEXNET_CORE_BACKEND_PIXELS_H_
#define ALEXNET_CORE_BACKEND_PIXELS_H_

#include <cstdint>

#include "core/preprocess/pixel_view.h"

namespace alexnet {

// All pointers are the device's.
struct PixelArgs {
  PixelCanvas canvas;
  const uint8_t* pixels = nullptr;   // (N, canvas height, width, channels)
  const PixelView* views = nullptr;  // (N)
  PixelMean mean;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_PIXELS_H_
