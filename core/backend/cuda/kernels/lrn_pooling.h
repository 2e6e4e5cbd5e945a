// Response normalization across channels and the overlapped pooling that
// follows it, in one pass each way: what lies between them is never in memory.
// Called by layers whose numbers suit.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_POOLING_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_POOLING_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/kernels/pooling.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Whether it is for this file: the family's windows (IsUsual: each variant more
// is megabytes of code for all GPUs), groups and towers in eights, maxima over
// three by three at every second place. The towers are the pooling's.
bool SuitsLrnPooling(const Lrn& layer, const PoolShape& shape);

// As LrnForward, then PoolForward, but that what lies between is not rounded.
// `winners` may be null.
Status LrnPoolForward(const KernelStream& stream, const Lrn& layer,
                      const PoolShape& shape, DType dtype, const void* src,
                      void* dst, uint8_t* winners);
// `rectified` as for LrnBackward. It always gives sums.
Status LrnPoolBackward(cudaStream_t stream, const Lrn& layer,
                       const PoolShape& shape, DType dtype, bool rectified,
                       const void* src, const uint8_t* winners,
                       const void* dst_gradient, void* src_gradient,
                       const ChannelSums& sums);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_POOLING_H_
