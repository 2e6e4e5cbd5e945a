// ConvolutionGraph: one convolution, perhaps with a bias or a mask, described
// to cuDNN, and the execution plans that it has for it.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_GRAPH_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_GRAPH_H_

#include <cudnn.h>

#include <memory>
#include <vector>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/convolution_form.h"
#include "core/backend/cuda/nvidia/cudnn_descriptor.h"
#include "core/backend/cuda/nvidia/cudnn_plans.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class ConvolutionGraph {
 public:
  // Unfinalized parts give an error: kUnsupported where cuDNN has nothing.
  static Result<std::unique_ptr<ConvolutionGraph>> Describe(
      const CudnnFunctions& cudnn, const CudnnTarget& target,
      const ConvolutionProblem& problem, const ConvolutionForm& form);

  // In the problem's precision; the rest as in CudnnPlanRequest.
  std::vector<CudnnConfig> Configs(bool fixed_order) const {
    return ConfigsOf(cudnn_, target_, graph_, {precision_, fixed_order});
  }
  Result<CudnnPlan> Plan(const CudnnConfig& config) const {
    return MakePlan(cudnn_, target_, config);
  }
  // The first few that can be made.
  std::vector<CudnnPlan> Plans(bool fixed_order, size_t most) const;

 private:
  ConvolutionGraph(const CudnnFunctions& cudnn, const CudnnTarget& target,
                   const ConvolutionProblem& problem)
      : cudnn_(cudnn),
        target_(target),
        precision_(problem.precision),
        graph_(cudnn, CUDNN_BACKEND_OPERATIONGRAPH_DESCRIPTOR) {}

  Status Build(const ConvolutionProblem& problem, const ConvolutionForm& form);

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
inline constexpr int64_t kTensorMask = 'm';
inline constexpr int64_t kTensorOut = 'o';

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_GRAPH_H_
