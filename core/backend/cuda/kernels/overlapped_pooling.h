// The family's overlapped pooling (section 3.4 of the paper): maxima over three
// by three at every second place. Called by what pooling.h declares.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_OVERLAPPED_POOLING_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_OVERLAPPED_POOLING_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/kernels/pooling.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

inline constexpr int kOverlappedSide = 3;  // of a window
inline constexpr int kOverlappedStep = 2;  // from one to the next

bool IsOverlapped(const PoolShape& shape);

// The patches of two by two inputs along an axis over which lie the same
// windows: patch p is over windows p - 1 and p.
inline int32_t OverlappedPatches(const PoolAxis& axis) {
  return (axis.extent + axis.pad_before + 1) / 2;
}

// As PoolForward and PoolBackward.
Status OverlappedForward(const KernelStream& stream, const PoolShape& shape,
                         DType dtype, bool rectified, const void* src,
                         void* dst, uint8_t* winners);
Status OverlappedBackward(cudaStream_t stream, const PoolShape& shape,
                          DType dtype, const uint8_t* winners,
                          const void* dst_gradient, void* src_gradient,
                          const ChannelSums& sums);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_OVERLAPPED_POOLING_H_
