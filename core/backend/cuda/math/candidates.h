// Trying a problem's algorithms: whether one runs at all, and which is fastest.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_CANDIDATES_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_CANDIDATES_H_

#include <cuda_runtime.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Bytes of what an operation reads and writes, for buffers to try it on.
struct OperandBytes {
  DType dtype = DType::kF32;  // of all of it
  int64_t a = 0;
  int64_t b = 0;
  int64_t bias = 0;
  int64_t mask = 0;
  int64_t out = 0;
};

// Runs `operation` once, on buffers of its own, to its end. OK also where there
// is no memory for the buffers: what fits without being tried shall not fail
// for it. A lost device is told as such.
Status TryOut(cudaStream_t stream, Operation& operation,
              const OperandBytes& bytes);

struct Fastest {
  size_t index = 0;
  bool timed = false;  // false: there was no memory for the buffers
};

// The fastest of `candidates` by the median of a few runs on buffers of its
// own; those that fail are left out, and those that take more than 1.5 times as
// long as the best at first. Where there is no memory for the buffers, the
// first. Refuses an empty list.
Result<Fastest> FindFastest(
    cudaStream_t stream, std::span<const std::unique_ptr<Operation>> candidates,
    const OperandBytes& bytes);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_CANDIDATES_H_
