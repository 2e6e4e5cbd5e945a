// Launching kernels, and what they share. For .cu files.

#ifndef ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_LAUNCH_H_
#define ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_LAUNCH_H_

#include <cuda_runtime.h>

#include <algorithm>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/primitives/packed.h"
#include "core/backend/cuda/runtime/errors.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

inline constexpr unsigned kThreads = 256;  // of a block, unless said otherwise
inline constexpr int kLanes = 32;          // of a warp

// `what` names the kernel in errors. Into a stream that is `early` only kernels
// that call BeginEarly.
template <typename... Parameters, typename... Arguments>
Status Launch(const KernelStream& stream, const char* what, dim3 grid,
              unsigned block, void (*kernel)(Parameters...),
              Arguments... arguments) {
  cudaLaunchAttribute early = {};
  early.id = cudaLaunchAttributeProgrammaticStreamSerialization;
  early.val.programmaticStreamSerializationAllowed = 1;
  cudaLaunchConfig_t config = {};
  config.gridDim = grid;
  config.blockDim = dim3{block, 1, 1};
  config.stream = stream.stream;
#ifdef ALEXNET_CUDA_EMULATION
  config.what = what;
#endif
  config.attrs = &early;
  config.numAttrs = stream.early ? 1 : 0;
  return FromCuda(cudaLaunchKernelEx(&config, kernel,
                                     static_cast<Parameters>(arguments)...),
                  what);
}

__device__ __forceinline__ void AwaitKernelsBefore() {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  cudaGridDependencySynchronize();
#endif
}
// Whoever is launched early may begin now.
__device__ __forceinline__ void LetNextBegin() {
#if !defined(__CUDA_ARCH__) || __CUDA_ARCH__ >= 900
  cudaTriggerProgrammaticLaunchCompletion();
#endif
}
// What all threads of a kernel that may be launched early do before they read
// or write what others have to do with. The next one may begin now, too: it
// waits for this one, which has waited for those before it.
__device__ __forceinline__ void BeginEarly() {
  LetNextBegin();
  AwaitKernelsBefore();
}
// Brings the 128 bytes at `address` into the second-level cache. Changes
// nothing.
__device__ __forceinline__ void PrefetchLine(const void* address) {
#ifdef __CUDA_ARCH__
  asm volatile(
      "prefetch.global.L2 [%0];" ::"l"(__cvta_generic_to_global(address)));
#else
  static_cast<void>(address);
#endif
}
inline constexpr int64_t kCacheLine = 128;

// A thread for each of `count` things; the kernel asks ThreadNumber() < count.
template <typename... Parameters, typename... Arguments>
Status LaunchEach(const KernelStream& stream, const char* what, int64_t count,
                  void (*kernel)(Parameters...), Arguments... arguments) {
  if (count <= 0) return Status();
  if (count > INT32_MAX) {
    return UnsupportedError(
        "a blob too large for one launch; use a smaller "
        "batch");
  }
  const unsigned blocks =
      static_cast<unsigned>((count + kThreads - 1) / kThreads);
  return Launch(stream, what, dim3{blocks, 1, 1}, kThreads, kernel,
                arguments...);
}

__device__ __forceinline__ uint32_t ThreadNumber() {
  return blockIdx.x * blockDim.x + threadIdx.x;
}

// Calls function(T{}) with the element type of `dtype`, float or Bf16.
template <typename Function>
Status WithType(DType dtype, Function function) {
  switch (dtype) {
    case DType::kF32:
      return function(float{});
    case DType::kBF16:
      return function(Bf16{});
    case DType::kF16:
      break;
  }
  return UnsupportedError("the CUDA kernels know f32 and bf16");
}

// Calls function(std::true_type or std::false_type).
template <typename Function>
Status WithBool(bool value, Function function) {
  return value ? function(std::true_type()) : function(std::false_type());
}

// The sum over a warp, in every lane, always in the same order.
template <typename T>
__device__ __forceinline__ T WarpSum(T value) {
  for (int mask = kLanes / 2; mask > 0; mask /= 2) {
    value += __shfl_xor_sync(0xffffffffu, value, mask);
  }
  return value;
}

// The sum over a block of at most 1024 threads, a multiple of 32, in every
// thread. Called by all of them.
template <typename T>
__device__ __forceinline__ T BlockSum(T value) {
  __shared__ T sums[kLanes];
  const unsigned lane = threadIdx.x % kLanes;
  const unsigned warp = threadIdx.x / kLanes;
  value = WarpSum(value);
  __syncthreads();  // a sum before this one may still be read
  if (lane == 0) sums[warp] = value;
  __syncthreads();
  T total = T{};
  for (unsigned i = 0; i < blockDim.x / kLanes; ++i) total += sums[i];
  return total;
}

__device__ __forceinline__ float WarpMax(float value) {
  for (int mask = kLanes / 2; mask > 0; mask /= 2) {
    const float other = __shfl_xor_sync(0xffffffffu, value, mask);
    value = other > value ? other : value;
  }
  return value;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_PRIMITIVES_LAUNCH_H_
