// Maxima over windows of channel-blocked blobs, and their gradients.

#ifndef ALEXNET_CORE_BACKEND_CPU_MAX_POOLING_MATH_H_
#define ALEXNET_CORE_BACKEND_CPU_MAX_POOLING_MATH_H_

#include <cstdint>

#include "core/network/layer.h"

namespace alexnet::cpu {

// Planes hold pixels in rows, `block` channels of a pixel together. A plane's
// source is (height, width, block), its output (out_height, out_width, block).
struct MaxPooling {
  Window window;
  int64_t height;
  int64_t width;
  int64_t out_height;
  int64_t out_width;
  int64_t block;
  bool relu;  // of the maximum
};

// Of an element of `winners` below, in bytes: 1 where a window's taps can be
// told apart by that many, else 4.
int64_t WinnerSize(const Window& window);

// Rows [begin, end) of the outputs of all planes, which lie one after the
// other. The largest value of a window inside its plane, the first of equal
// ones; the last NaN, where there are any. `winners`, laid out as dst: which
// tap of its window that is, counted row by row, or none where the ReLU gives
// zero; null: not wanted.
void MaxPoolForward(const MaxPooling& pooling, int64_t begin, int64_t end,
                    const float* src, float* dst, void* winners);

// Rows [begin, end) of the source gradients of all planes: each the sum of the
// gradients of the windows that it won.
void MaxPoolBackward(const MaxPooling& pooling, int64_t begin, int64_t end,
                     const void* winners, const float* dst_gradient,
                     float* src_gradient);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_MAX_POOLING_MATH_H_
