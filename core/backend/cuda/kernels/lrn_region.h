// Local response normalization over any region and size: what the faster
// kernels of lrn.cu and lrn_map.cu do not reach. Called by what is in lrn.h.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_REGION_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_REGION_H_

#include <cuda_runtime.h>

#include "core/backend/cuda/kernels/lrn.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

Status LrnRegionForward(const KernelStream& stream, const Lrn& layer,
                        const LrnShape& shape, DType dtype, const void* src,
                        void* dst);
// `scratch`: as many elements of `dtype` as the blobs have.
Status LrnRegionBackward(cudaStream_t stream, const Lrn& layer,
                         const LrnShape& shape, DType dtype, bool rectified,
                         const void* src, const void* dst_gradient,
                         void* src_gradient, void* scratch);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LRN_REGION_H_
