// How a convolution layer is computed.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LAYERS_CONVOLUTION_PROBLEM_H_
#define ALEXNET_CORE_BACKEND_CUDA_LAYERS_CONVOLUTION_PROBLEM_H_

#include <cstdint>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/kernel.h"
#include "core/backend/precision.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// A first layer of few channels and a stride wastes most of what a tensor core
// multiplies; stored space to depth by the stride it is a convolution of stride
// 1 over stride * stride times the channels, with a few zero taps, as in the
// CPU backend.
// The block of its source, 1 where that does not suit.
int64_t SpaceToDepthBlock(const KernelRequest& request);

// Forward, of a source with that block.
ConvolutionProblem ProblemOf(const KernelRequest& request, Precision precision,
                             int64_t block);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_LAYERS_CONVOLUTION_PROBLEM_H_
