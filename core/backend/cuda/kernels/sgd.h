// One multi-tensor update: momentum SGD over all parameters in one kernel.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_SGD_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_SGD_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/update.h"
#include "core/base/host_device.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

struct SgdNumbers {
  float momentum;
  float shrink;  // rate * decay
  float step;    // rate * gradient scale
};

// v <- momentum * v - shrink * w - step * g,   w <- w + v.
ALEXNET_HOST_DEVICE inline void SgdUpdate(const SgdNumbers& numbers,
                                          float gradient, float* velocity,
                                          float* weight) {
  *velocity = numbers.momentum * *velocity - numbers.shrink * *weight -
              numbers.step * gradient;
  *weight += *velocity;
}

// What one block works on: up to `chunk` elements of a tensor.
struct SgdChunk {
  int32_t tensor;
  int32_t number;  // first element / chunk
};
// Of an update: so few that many blocks follow each other on a multiprocessor
// and all end at about one time.
inline constexpr int64_t kSgdChunk = 4096;
// Of the norm, which reads a sixth of the bytes: 32 KiB of bfloat16.
inline constexpr int64_t kNormChunk = 16384;

struct SgdTable {
  const SgdTensor* tensors = nullptr;  // the device's
  const SgdChunk* chunks = nullptr;    // likewise
  uint32_t chunk_count = 0;
  const SgdChunk* norm_chunks = nullptr;  // likewise
  uint32_t norm_chunk_count = 0;
  double* partial = nullptr;  // (norm_chunk_count)
};

// Sum of squares of the gradients that are in the norm into
// outcome->squared_norm, always in the same order.
Status SquaredNorm(cudaStream_t stream, const SgdTable& table,
                   StepOutcome* outcome);
// Nothing where the step Diverges.
Status Sgd(cudaStream_t stream, const SgdTable& table, const StepState* state,
           const StepOutcome* outcome);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_SGD_H_
