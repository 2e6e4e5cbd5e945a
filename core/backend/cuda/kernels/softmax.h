// Softmax, and softmax with cross-entropy.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_SOFTMAX_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_SOFTMAX_H_

#include <cuda_runtime.h>

#include <cstdint>

#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/update.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Over rows of float32; source and target may be the same.
Status SoftmaxForward(const KernelStream& stream, int64_t rows, int64_t classes,
                      const float* src, float* dst);
// dx_c = y_c (g_c - sum over d of g_d y_d).
Status SoftmaxBackward(cudaStream_t stream, int64_t rows, int64_t classes,
                       const float* dst, const float* dst_gradient,
                       float* src_gradient);

// LossArgs::scratch of `batch` rows.
int64_t LossScratch(int64_t batch);
Status Loss(cudaStream_t stream, const LossArgs& args);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_SOFTMAX_H_
