// Local response normalization, section 3.3 of the paper, over NHWC blobs, or
// towers of such (see BlobMap).

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_H_

#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>

#include "core/backend/cuda/kernels/column_sums.h"
#include "core/backend/cuda/kernels/tower_map.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

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

// 1 / sqrt(x) of a positive x, to one or two units in the last place.
ALEXNET_HOST_DEVICE inline float ReciprocalRoot(float x) {
#ifdef __CUDA_ARCH__
  // rsqrtf also does right by denormals, at three times the instructions.
  float root;
  asm("rsqrt.approx.ftz.f32 %0, %1;" : "=f"(root) : "f"(x));
  return root;
#else
  return 1.0f / std::sqrt(x);
#endif
}

// Of a beta of 3/4, the usual one: b^(-3/4) = b^-1 b^(1/4).
ALEXNET_HOST_DEVICE inline LrnPowers PowersOfThreeQuarters(float base) {
  const float root = ReciprocalRoot(base);
  const float inverse = root * root;
  const float power = inverse * ReciprocalRoot(root);
  return {power, power * inverse};
}

ALEXNET_HOST_DEVICE inline LrnPowers PowersOf(float base, float beta) {
  if (beta == 0.75f) return PowersOfThreeQuarters(base);
  const float power = exp2f(-beta * log2f(base));
  return {power, power / base};
}

struct LrnShape {
  int64_t batch = 0;
  int32_t channels = 0;
  int32_t height = 0;
  int32_t width = 0;
  int32_t src_towers = 1;  // of the source and its gradient
  int32_t dst_towers = 1;

  int64_t elements() const { return batch * channels * height * width; }
  TowerMap src() const { return Map(src_towers); }
  TowerMap dst() const { return Map(dst_towers); }
  // Whether a thread can take `count` channels that lie together in all blobs.
  bool InVectors(int32_t count) const {
    return channels / src_towers % count == 0 &&
           channels / dst_towers % count == 0;
  }

 private:
  TowerMap Map(int32_t towers) const {
    return {batch * height * width, channels, towers};
  }
};

LrnNumbers NumbersOf(const Lrn& layer);

// All pointers are the device's. The output and its gradient are laid out as
// dst() says, the source, its gradient and what scratch holds as src().
Status LrnForward(const KernelStream& stream, const Lrn& layer,
                  const LrnShape& shape, DType dtype, const void* src,
                  void* dst);
// `rectified`: the source came out of a ReLU, whose mask the gradient gets.
// `scratch` has LrnBackwardScratch bytes.
int64_t LrnBackwardScratch(const Lrn& layer, const LrnShape& shape,
                           DType dtype);
Status LrnBackward(cudaStream_t stream, const Lrn& layer, const LrnShape& shape,
                   DType dtype, bool rectified, const void* src,
                   const void* dst_gradient, void* src_gradient, void* scratch,
                   const ChannelSums& sums);
// Whether LrnBackward can give sums of the source's gradient.
bool SumsLrn(const Lrn& layer, const LrnShape& shape);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_H_
