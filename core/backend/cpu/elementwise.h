// Loops over blobs whatever their layout: padding is zero and stays zero.

#ifndef ALEXNET_CORE_BACKEND_CPU_ELEMENTWISE_H_
#define ALEXNET_CORE_BACKEND_CPU_ELEMENTWISE_H_

#include <cstdint>

namespace alexnet::cpu {

// dst = max(src, 0), NaN for NaN; may be in place.
void ReluForward(const float* src, int64_t count, float* dst);
// The same in place, of a kernel's output.
inline void Rectify(int64_t count, void* blob) {
  auto* values = static_cast<float*>(blob);
  ReluForward(values, count, values);
}
// src_gradient = dst <= 0 ? 0 : dst_gradient; may be in place.
void ReluBackward(const float* dst, const float* dst_gradient, int64_t count,
                  float* src_gradient);
// dst = tanh(src) to 4 units in the last place, so that it may fall by as much
// where src grows; NaN for NaN; may be in place.
void TanhForward(const float* src, int64_t count, float* dst);
// src_gradient = dst_gradient * (1 - dst^2); may be in place.
void TanhBackward(const float* dst, const float* dst_gradient, int64_t count,
                  float* src_gradient);
// Adds the rows of (rows, columns) up.
void SumRows(const float* values, int64_t rows, int64_t columns, float* sum);

// Blobs (samples, channels / block, pixels, block), of which NHWC is the case
// block = channels.
struct BlockedPixels {
  int64_t samples = 0;
  int64_t channels = 0;
  int64_t block = 0;
  int64_t pixels = 0;
};
// Adds up each channel's pixels, sample by sample. Channels are a multiple of
// the block, which is one of 8.
void SumPixels(const BlockedPixels& blob, const float* values, float* sums);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_ELEMENTWISE_H_
