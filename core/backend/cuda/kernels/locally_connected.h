// Locally connected layers: a matrix product for each position.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_LOCALLY_CONNECTED_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_LOCALLY_CONNECTED_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// NHWC blobs, weights (out channels, positions, kH, kW, channels), biases
// (positions, out channels), all of one type; sums are float32, in a fixed
// order, and taps outside the source count as zero.
struct LocalShape {
  int32_t batch = 0;
  int32_t channels = 0;
  int32_t height = 0;
  int32_t width = 0;
  int32_t out = 0;  // channels
  int32_t out_height = 0;
  int32_t out_width = 0;
  int32_t kernel_h = 1;
  int32_t kernel_w = 1;
  int32_t stride_h = 1;
  int32_t stride_w = 1;
  int32_t pad_top = 0;
  int32_t pad_left = 0;
};

// All pointers are the device's; `bias` may be null.
Status LocalForward(const KernelStream& stream, const LocalShape& shape,
                    DType dtype, bool relu, const void* src, const void* weight,
                    const void* bias, void* dst);
Status LocalWeightGradient(cudaStream_t stream, const LocalShape& shape,
                           DType dtype, const void* src,
                           const void* dst_gradient, void* weight_gradient);
Status LocalSourceGradient(cudaStream_t stream, const LocalShape& shape,
                           DType dtype, const void* dst_gradient,
                           const void* weight, void* src_gradient);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_LOCALLY_CONNECTED_H_
