// KernelStream: where kernels are launched, and how early.

#ifndef ALEXNET_CORE_BACKEND_CUDA_RUNTIME_KERNEL_STREAM_H_
#define ALEXNET_CORE_BACKEND_CUDA_RUNTIME_KERNEL_STREAM_H_

#include <cuda_runtime.h>

#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

struct KernelStream {
  // What is not said is not early.
  // NOLINTNEXTLINE(google-explicit-constructor)
  KernelStream(cudaStream_t of, bool early_kernels = false)
      : stream(of), early(early_kernels) {}

  cudaStream_t stream;
  // Our kernels may begin while the kernel before them in the stream still
  // runs: only those that call BeginEarly (primitives/launch.h), whose
  // functions take a KernelStream for that reason, and on a GPU of kEarliest or
  // newer.
  bool early;
};

// Compute capability.
inline constexpr int kEarliest = 90;

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_RUNTIME_KERNEL_STREAM_H_
