// Timing candidates for one operation, and taking the fastest.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_CANDIDATES_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_CANDIDATES_H_

#include <cuda_runtime.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Bytes of what an operation reads and writes, for buffers to time it on.
struct OperandBytes {
  DType dtype = DType::kF32;  // of all of it
  int64_t a = 0;
  int64_t b = 0;
  int64_t bias = 0;
  int64_t out = 0;
};

// The fastest of `candidates` by the median of a few runs on buffers of its
// own; those that fail are left out. Where there is no memory for the buffers,
// the first. Refuses an empty list.
Result<std::unique_ptr<Operation>> Fastest(
    cudaStream_t stream, std::vector<std::unique_ptr<Operation>> candidates,
    const OperandBytes& bytes);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_CANDIDATES_H_
