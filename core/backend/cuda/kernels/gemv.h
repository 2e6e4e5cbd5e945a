// Fully connected layers of a few samples: bound by reading the weights.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_GEMV_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_GEMV_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

inline constexpr int64_t kMostGemvBatch = 4;

// dst = src weight^T + bias, rectified if `relu`; src (batch, in), weight
// (out, in), bias (out) or null, dst (batch, out), all of `dtype`, `in` a
// multiple of 8, batch at most kMostGemvBatch. Where it begins early, it brings
// weights near meanwhile: the kernel before it must not write them.
struct GemvShape {
  int64_t batch = 1;
  int64_t in = 0;
  int64_t out = 0;
  bool relu = false;
};
Status Gemv(const KernelStream& stream, const GemvShape& shape, DType dtype,
            const void* src, const void* weight, const void* bias, void* dst);

// Brings `bytes` at `data` into the second-level cache. Changes nothing.
Status Prefetch(cudaStream_t stream, const void* data, int64_t bytes);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_GEMV_H_
