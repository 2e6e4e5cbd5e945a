// Pooling over NHWC blobs, or towers of such (see BlobMap).

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_POOLING_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_POOLING_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/kernels/column_sums.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/host_device.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

enum class PoolMode : int8_t { kMax = 0, kAverage = 1, kAdaptive = 2 };

// Windows along one axis.
struct PoolAxis {
  int32_t extent = 1;
  int32_t outputs = 1;
  int32_t kernel = 1;
  int32_t stride = 1;
  int32_t pad_before = 0;
  int32_t pad_after = 0;
};

// Positions first to last, both included.
struct PoolRange {
  int32_t first;
  int32_t last;
};

struct PoolShape {
  PoolMode mode = PoolMode::kMax;
  bool count_padding = true;
  int64_t batch = 0;
  int32_t channels = 1;
  int32_t src_channels = 1;  // of a tower of the source
  int32_t dst_channels = 1;  // of a tower of the output
  PoolAxis y;
  PoolAxis x;
};

// The taps of output `out` that lie inside.
ALEXNET_HOST_DEVICE inline PoolRange TapsOf(PoolMode mode, const PoolAxis& axis,
                                            int32_t out) {
  if (mode == PoolMode::kAdaptive) {
    return {out * axis.extent / axis.outputs,
            ((out + 1) * axis.extent + axis.outputs - 1) / axis.outputs - 1};
  }
  const int32_t start = out * axis.stride - axis.pad_before;
  const int32_t end = start + axis.kernel - 1;
  return {start > 0 ? start : 0, end < axis.extent ? end : axis.extent - 1};
}

// How many taps of output `out` count in an average along this axis.
ALEXNET_HOST_DEVICE inline int32_t CountOf(const PoolShape& shape,
                                           const PoolAxis& axis, int32_t out) {
  if (shape.mode == PoolMode::kAdaptive || !shape.count_padding) {
    const PoolRange taps = TapsOf(shape.mode, axis, out);
    return taps.last - taps.first + 1;
  }
  const int32_t start = out * axis.stride - axis.pad_before;
  const int32_t end = start + axis.kernel;
  const int32_t padded = axis.extent + axis.pad_after;
  return (end < padded ? end : padded) - start;
}

// The outputs whose windows hold position `at`; none where first > last.
ALEXNET_HOST_DEVICE inline PoolRange WindowsOver(PoolMode mode,
                                                 const PoolAxis& axis,
                                                 int32_t at) {
  if (mode == PoolMode::kAdaptive) {
    return {at * axis.outputs / axis.extent,
            ((at + 1) * axis.outputs + axis.extent - 1) / axis.extent - 1};
  }
  const int32_t padded = at + axis.pad_before;
  const int32_t first =
      padded < axis.kernel ? 0 : (padded - axis.kernel) / axis.stride + 1;
  const int32_t last = padded / axis.stride;
  return {first, last < axis.outputs ? last : axis.outputs - 1};
}

// The largest window of a maximum that can be trained: winners are bytes.
inline constexpr int64_t kMostPoolTaps = 255;
// The byte of an output whose gradient nobody gets.
inline constexpr uint8_t kNoWinner = 255;

// All pointers are the device's. `winners`, if not null, gets for each output
// of a maximum which tap won, counted through the whole window, one byte.
// `rectified`: the source came out of a ReLU, whose mask the gradient is to
// get: where the maximum is not above zero, nobody wins.
Status PoolForward(const KernelStream& stream, const PoolShape& shape,
                   DType dtype, bool rectified, const void* src, void* dst,
                   uint8_t* winners);
// `sums` of the source's gradient only where SumsPooling.
bool SumsPooling(const PoolShape& shape);
Status PoolBackward(cudaStream_t stream, const PoolShape& shape, DType dtype,
                    const uint8_t* winners, const void* dst_gradient,
                    void* src_gradient, const ChannelSums& sums);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_POOLING_H_
