// What ranks do in each other's memory.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_RANK_MEMORY_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_RANK_MEMORY_H_

#include <cuda_runtime.h>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/rank_memory.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// float16 and bfloat16 are added in float32 and rounded once, to nearest even;
// integers wrap around; kByte is refused.
Status SumRanks(cudaStream_t stream, const RankSum& sum);

Status MoveRows(cudaStream_t stream, const RowMove& move);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_RANK_MEMORY_H_
