// How cuDNN is asked for the convolution of a problem.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CONVOLUTION_FORM_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CONVOLUTION_FORM_H_

#include <cstdint>
#include <vector>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

struct ConvolutionForm {
  // Only one group, of which blobs hold `problem.groups`: a tower, or channels
  // that lie between those of the others.
  bool one_group = false;
  // The bias, or the mask, in the same graph; else it is left out, as a ReLU
  // always is.
  bool fused = false;
};

// The forms that a problem can be asked for in, the best first. Towers are
// dense convolutions, for which cuDNN's best kernels are; of its grouped ones
// many were made for depthwise layers.
std::vector<ConvolutionForm> FormsOf(const ConvolutionProblem& problem);
// Channels from one pixel of a blob of `channels` to the next.
inline int64_t PitchOf(const ConvolutionProblem& problem, int64_t channels) {
  return channels / problem.towers;
}

// What lies between one group's operands and the next's, in bytes.
struct GroupSteps {
  int64_t a = 0;
  int64_t b = 0;
  int64_t bias = 0;
  int64_t out = 0;
};
GroupSteps GroupStepsOf(const ConvolutionProblem& problem);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CONVOLUTION_FORM_H_
