// Setting zeros and counting them.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_ZEROS_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_ZEROS_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Elements whose number of `period` numbers, as `zero` says, become zero: taps
// of a packed convolution that are not the layer's. `zero` is a byte each.
Status ZeroPadding(cudaStream_t stream, DType dtype, int64_t count,
                   int64_t period, const uint8_t* zero, void* values);

// Units (elements of a sample) that are zero in all of `samples`, of a blob of
// that many towers. `count` is set.
Status CountZeros(cudaStream_t stream, DType dtype, int64_t samples,
                  int64_t units, int64_t towers, const void* blob,
                  int64_t* count);

// Sets marks[u] to 1 where unit u, in the order of the blob, is not zero in all
// of them.
Status MarkNonzeros(cudaStream_t stream, DType dtype, int64_t samples,
                    int64_t units, int64_t towers, const void* blob,
                    float* marks);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_ZEROS_H_
