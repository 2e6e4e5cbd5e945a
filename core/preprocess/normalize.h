// The last step of preprocessing: from 8-bit pixels to the network's floats.
// The math per pixel is shared with CUDA kernels; the loop here is the CPU's.
//
// Per output channel c and pixel p:
//
//   out = ((value + noise_c) * scale - mean[c, p]) / stddev_c / divisor
//
// which is value * gain_c + bias_c - mean_image[c, p] * mean_gain_c.

#ifndef ALEXNET_CORE_PREPROCESS_NORMALIZE_H_
#define ALEXNET_CORE_PREPROCESS_NORMALIZE_H_

#include <array>
#include <cstdint>

#include "core/base/host_device.h"
#include "core/preprocess/image.h"
#include "core/preprocess/spec.h"

namespace alexnet {

// PCA colour noise of one picture (section 4.1 of the paper).
struct ColorNoise {
  std::array<float, 3> rgb{0, 0, 0};  // added to each pixel, 0..255 units
  float divisor = 1.0f;  // the 2012 code's division of everything after it
};

// One output channel's affine map.
struct ChannelMap {
  float gain = 1.0f;       // scale / stddev / divisor
  float bias = 0.0f;       // (noise * scale - mean) / stddev / divisor
  float mean_gain = 0.0f;  // 1 / stddev / divisor with a mean image, else 0
  float outside = 0.0f;    // a pixel of the mean colour: only noise is left
  int source = 0;          // which channel of the RGB picture it reads
};

// The same bits on the host and on a GPU, whose compiler would otherwise fuse
// the products into the sums.
ALEXNET_HOST_DEVICE inline float NormalizePixel(uint8_t value,
                                                const ChannelMap& map,
                                                float mean_pixel) {
#ifdef __CUDA_ARCH__
  return __fsub_rn(__fadd_rn(__fmul_rn(value, map.gain), map.bias),
                   __fmul_rn(mean_pixel, map.mean_gain));
#else
  return static_cast<float>(value) * map.gain + map.bias -
         mean_pixel * map.mean_gain;
#endif
}

// The maps of a model's channels; for kGray only the first is used.
std::array<ChannelMap, 3> ChannelMaps(const Preprocessing& preprocessing,
                                      const ColorNoise& noise);

// What NormalizeCrop reads: the crop's pixels that lie inside the picture.
struct CropWindow {
  // Where the first pixel of `pixels` goes in the crop, before mirroring.
  int left = 0;
  int top = 0;
  // Top left corner, in the mean image, of the part under the crop.
  int mean_x = 0;
  int mean_y = 0;
  bool mirror = false;
};

// Writes (channels, crop_height, crop_width) floats to `out`: `part` (1 or 3
// channels) of the picture placed as `window` says, all else of mean colour.
// The box (left, top, part size) lies inside the crop.
void NormalizeCrop(const Image& part, const CropWindow& window,
                   const Preprocessing& preprocessing, const ColorNoise& noise,
                   float* out);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PREPROCESS_NORMALIZE_H_
