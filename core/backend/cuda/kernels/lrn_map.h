// Local response normalization within maps: the usual layers. Called by what is
// in lrn.h.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_MAP_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_MAP_H_

#include <cuda_runtime.h>

#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Whether it is for this file: windows of 3 or 5, a beta of 3/4, a tower's
// channels in fours.
bool SuitsLrnMap(const Lrn& layer, const LrnShape& shape);

Status LrnMapForward(const KernelStream& stream, const Lrn& layer,
                     const LrnShape& shape, DType dtype, const void* src,
                     void* dst);
Status LrnMapBackward(cudaStream_t stream, const Lrn& layer,
                      const LrnShape& shape, DType dtype, bool rectified,
                      const void* src, const void* dst_gradient,
                      void* src_gradient);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_MAP_H_
