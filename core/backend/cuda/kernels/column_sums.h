// The gradient of a bias: sums over columns.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_COLUMN_SUMS_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_COLUMN_SUMS_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// The gradient of bias and activation over `rows` x `columns`:
//   masked = dst > 0 ? gradient : 0,   sums[column] = sum over rows of masked.
// `dst` null: no mask, and `masked` is not written. `sums` null: no sums. The
// order of sums is fixed. `scratch` holds ColumnSumScratch bytes.
int64_t ColumnSumScratch(int64_t rows, int64_t columns);
Status MaskAndSumColumns(cudaStream_t stream, DType dtype, int64_t rows,
                         int64_t columns, const void* dst, const void* gradient,
                         void* masked, void* sums, void* scratch);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_COLUMN_SUMS_H_
