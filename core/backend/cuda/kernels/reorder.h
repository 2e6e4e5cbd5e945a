// Between dense float32 blobs (N, C, H, W), pictures and blobs of the device.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_REORDER_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_REORDER_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/kernels/blob_map.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/pixels.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// All pointers are the device's; `dtype` is the blob's.
Status FromDense(const KernelStream& stream, const BlobMap& map, DType dtype,
                 int64_t batch, const float* dense, void* blob);
// Of blobs with a block of 1.
Status ToDense(const KernelStream& stream, const BlobMap& map, DType dtype,
               int64_t batch, const void* blob, float* dense);
// Cuts out and normalizes: ViewPixel for each element.
Status RenderViews(cudaStream_t stream, const BlobMap& map, DType dtype,
                   int64_t batch, const PixelArgs& args, void* blob);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_REORDER_H_
