// A convolution of a few pictures in bfloat16, forward, with bias and ReLU.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_DIRECT_CONVOLUTION_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_DIRECT_CONVOLUTION_H_

#include <cuda_runtime.h>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/kernel_stream.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Whether DirectConvolution knows the problem: channels and outputs of a group
// are multiples of 16, windows at most 16 x 16, pictures few.
bool SuitsDirectConvolution(const ConvolutionProblem& problem);

// All pointers are the device's, aligned to 16 bytes. Sums have a fixed order.
Status DirectConvolution(const KernelStream& stream,
                         const ConvolutionProblem& problem,
                         const Operands& operands);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_DIRECT_CONVOLUTION_H_
