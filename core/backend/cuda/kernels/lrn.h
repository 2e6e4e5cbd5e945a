// Local response normalization, section 3.3 of the paper, over NHWC blobs.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_H_

#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>

#include "core/base/host_device.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda {

// The formula's numbers: y = x / (k + a * sum of x^2)^beta.
struct LrnNumbers {
  float k = 1.0f;
  float a = 0.0f;
  float beta = 0.75f;
};

struct LrnPowers {
  float beta;           // base^-beta
  float beta_plus_one;  // base^(-beta - 1)
};

// `base` is positive. The usual beta of 3/4 takes two reciprocal roots:
// b^(-3/4) = b^(-1/2) b^(-1/4).
ALEXNET_HOST_DEVICE inline LrnPowers PowersOf(float base, float beta) {
#ifdef __CUDA_ARCH__
  const float root = rsqrtf(base);
  const float quarter = root * rsqrtf(root);
#else
  const float root = 1.0f / std::sqrt(base);
  const float quarter = std::sqrt(root);
#endif
  const float power =
      beta == 0.75f ? root * quarter : exp2f(-beta * log2f(base));
  return {power, power * root * root};
}

struct LrnShape {
  int64_t batch = 0;
  int32_t channels = 0;
  int32_t height = 0;
  int32_t width = 0;
};

// All pointers are the device's.
Status LrnForward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                  DType dtype, const void* src, void* dst);
// `rectified`: the source came out of a ReLU, whose mask the gradient gets.
Status LrnBackward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                   DType dtype, bool rectified, const void* src,
                   const void* dst_gradient, void* src_gradient);

}  // namespace alexnet::cuda

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_H_
