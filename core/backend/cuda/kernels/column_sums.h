// The gradient of a bias: sums over channels, the columns of a blob.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_COLUMN_SUMS_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_COLUMN_SUMS_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/kernels/tower_map.h"
#include "core/backend/cuda/primitives/number.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// The gradient of bias and activation over all rows of a blob's channels:
//   masked = dst > 0 ? gradient : 0,   sums[c] = sum over rows of masked.
// `dst` and `gradient` are laid out as `from` says, `masked` as `to`. `dst`
// null: no mask. `masked` null: it is not written, and there is no mask. `sums`
// null: no sums. The order of sums is fixed, and the layout does not change it.
// `scratch` holds ColumnSumScratch bytes.
int64_t ColumnSumScratch(int64_t rows, int64_t columns);
Status MaskAndSumColumns(cudaStream_t stream, DType dtype, const TowerMap& from,
                         const void* dst, const void* gradient,
                         const TowerMap& to, void* masked, void* sums,
                         void* scratch);

// Where a kernel that writes a gradient, whose channels lie in towers, also
// puts its sums over rows, a number of its type for each channel. `sums` null:
// nowhere. `scratch` holds ChannelSumScratch bytes. The order of sums is fixed.
struct ChannelSums {
  void* sums = nullptr;
  void* scratch = nullptr;
};
// Of how many channels of a tower such a kernel can: a block's threads have all
// of them.
inline constexpr int64_t kMostSummedChannels = 2048;
inline bool CanSumChannels(int64_t tower_channels) {
  return tower_channels % kVector == 0 && tower_channels <= kMostSummedChannels;
}
inline constexpr int64_t kMostChannelSumParts = 512;
inline int64_t ChannelSumScratch(int64_t channels) {
  return kMostChannelSumParts * channels * 4;
}

// sums[c] = sum over parts of partial[part][c].
Status AddParts(cudaStream_t stream, DType dtype, int64_t parts,
                int64_t columns, const float* partial, void* sums);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_COLUMN_SUMS_H_
