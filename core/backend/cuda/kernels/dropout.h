// Dropout.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_DROPOUT_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_DROPOUT_H_

#include <cuda_runtime.h>

#include <cmath>
#include <cstdint>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/update.h"
#include "core/base/host_device.h"
#include "core/base/philox.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

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
  BlobPart part;
};

// Forward of values, backward of gradients. All pointers are the device's;
// source and target may be the same.
Status ApplyDropout(cudaStream_t stream, const DropoutShape& shape, DType dtype,
                    const RandomState* random, const void* from, void* to);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_DROPOUT_H_
