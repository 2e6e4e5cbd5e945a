// Activations, dropout and sums over columns.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_ELEMENTWISE_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_ELEMENTWISE_H_

#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/update.h"
#include "core/base/host_device.h"
#include "core/base/philox.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

ALEXNET_HOST_DEVICE inline float Activated(ActivationKind kind, float x) {
  if (kind == ActivationKind::kTanh) return tanhf(x);
  return x > 0.0f ? x : (x != x ? x : 0.0f);  // NaN goes on
}

// The derivative, from the output `y`.
ALEXNET_HOST_DEVICE inline float ActivationSlope(ActivationKind kind, float y) {
  if (kind == ActivationKind::kTanh) return 1.0f - y * y;
  return y > 0.0f ? 1.0f : 0.0f;
}

// The uniform numbers of units 4 * block to 4 * block + 3 of a dropout layer;
// units are counted in C, H, W order through the global batch.
ALEXNET_HOST_DEVICE inline PhiloxBlock DropoutDraw(const RandomState& random,
                                                   uint32_t layer,
                                                   uint32_t block) {
  return Philox4x32(PhiloxKey::FromSeed(random.seed),
                    {block, layer, random.step,
                     static_cast<uint32_t>(RandomPurpose::kDropout)});
}

// What unit values are multiplied with.
struct DropoutRule {
  // The 24 bits of PhiloxUniform from which on it is at least the rate: whole
  // numbers compare in a quarter of the time that converting them takes.
  uint32_t threshold;
  float scale;

  explicit DropoutRule(float rate)
      : threshold(static_cast<uint32_t>(
            std::ceil(static_cast<double>(rate) * (1 << 24)))),
        scale(1.0f / (1.0f - rate)) {}

  ALEXNET_HOST_DEVICE float Factor(uint32_t word) const {
    return word >> 8 >= threshold ? scale : 0.0f;
  }
};

struct DropoutShape {
  float rate = 0.5f;
  uint32_t layer = 0;
  int64_t batch = 0;
  int32_t channels = 1;
  int32_t pixels = 1;  // height * width; blobs are NHWC
};

// All pointers are the device's; source and target may be the same.
Status Activate(cudaStream_t stream, ActivationKind kind, DType dtype,
                int64_t count, const void* src, void* dst);
Status ActivationGradient(cudaStream_t stream, ActivationKind kind, DType dtype,
                          int64_t count, const void* dst,
                          const void* dst_gradient, void* src_gradient);
// values (rows, columns) <- values + bias (columns), rectified if `relu`.
// `bias` may be null.
Status AddBiasAndActivate(cudaStream_t stream, DType dtype, int64_t rows,
                          int64_t columns, bool relu, const void* bias,
                          void* values);
// Forward of values, backward of gradients.
Status ApplyDropout(cudaStream_t stream, const DropoutShape& shape, DType dtype,
                    const RandomState* random, const void* from, void* to);

// The gradient of bias and activation over `rows` x `columns`:
//   masked = dst > 0 ? gradient : 0,   sums[column] = sum over rows of masked.
// `dst` null: no mask, and `masked` is not written. `sums` null: no sums. The
// order of sums is fixed. `scratch` holds ColumnSumScratch bytes.
int64_t ColumnSumScratch(int64_t rows, int64_t columns);
Status MaskAndSumColumns(cudaStream_t stream, DType dtype, int64_t rows,
                         int64_t columns, const void* dst, const void* gradient,
                         void* masked, void* sums, void* scratch);

// Elements whose number of `period` numbers, as `zero` says, become zero: taps
// of a packed convolution that are not the layer's. `zero` is a byte each.
Status ZeroPadding(cudaStream_t stream, DType dtype, int64_t count,
                   int64_t period, const uint8_t* zero, void* values);

// Units (elements of one of `samples` equal runs) that are zero in all of them.
// `count` is set.
Status CountZeros(cudaStream_t stream, DType dtype, int64_t samples,
                  int64_t units, const void* blob, int64_t* count);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_ELEMENTWISE_H_
