// ConvolutionGraph: one convolution, perhaps with bias and ReLU, described to
// cuDNN, and the execution plans that it has for it.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_GRAPH_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_GRAPH_H_

#include <cudnn.h>

#include <memory>
#include <vector>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/cudnn_descriptor.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// The device that plans are made for: one that is there, or one that is only
// described, for which plans can be made but not run.
struct CudnnTarget {
  cudnnHandle_t handle = nullptr;
  const Descriptor* properties =
      nullptr;  // CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR
};

// How the convolution of a problem is asked for.
struct ConvolutionForm {
  // Only one group, of which blobs hold `problem.groups`: its channels lie
  // between those of the others.
  bool one_group = false;
  // Bias and ReLU in the same graph; else they are left out.
  bool fused = false;
};

// The forms that a problem can be asked for in, the best first. Two towers are
// two dense convolutions, for which cuDNN's best kernels are; of its grouped
// ones many were made for depthwise layers.
std::vector<ConvolutionForm> FormsOf(const ConvolutionProblem& problem);

// What lies between one group's operands and the next's, in bytes.
struct GroupSteps {
  int64_t a = 0;
  int64_t b = 0;
  int64_t bias = 0;
  int64_t out = 0;
};
GroupSteps GroupStepsOf(const ConvolutionProblem& problem);

class ConvolutionGraph {
 public:
  // Unfinalized parts give an error: kUnsupported where cuDNN has nothing.
  static Result<std::unique_ptr<ConvolutionGraph>> Describe(
      const CudnnFunctions& cudnn, const CudnnTarget& target,
      const ConvolutionProblem& problem, const ConvolutionForm& form);

  struct Plan {
    Descriptor descriptor;
    int64_t workspace_bytes = 0;
  };
  // Up to `most` plans, cuDNN's favourites first. `fixed_order`: only those
  // that sum in a fixed order. Those of too low a precision are left out.
  std::vector<Plan> Plans(bool fixed_order, int most) const;

 private:
  ConvolutionGraph(const CudnnFunctions& cudnn, const CudnnTarget& target,
                   const ConvolutionProblem& problem)
      : cudnn_(cudnn),
        target_(target),
        precision_(problem.precision),
        graph_(cudnn, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR) {}

  Status Build(const ConvolutionProblem& problem, const ConvolutionForm& form);
  void AddPlans(cudnnBackendHeurMode_t mode, bool fixed_order, int most,
                std::vector<Plan>* plans) const;
  bool Suits(const Descriptor& config, bool fixed_order) const;

  const CudnnFunctions& cudnn_;
  const CudnnTarget target_;
  const Precision precision_;
  std::vector<Descriptor> parts_;  // what the graph is made of
  Descriptor graph_;
};

// Names of a graph's tensors in a variant pack.
inline constexpr int64_t kTensorA = 'a';
inline constexpr int64_t kTensorB = 'b';
inline constexpr int64_t kTensorBias = 'c';
inline constexpr int64_t kTensorOut = 'o';

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_GRAPH_H_
