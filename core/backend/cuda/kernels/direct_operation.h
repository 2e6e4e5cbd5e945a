// DirectConvolution as an Operation.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_DIRECT_OPERATION_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_DIRECT_OPERATION_H_

#include <string>

#include "core/backend/cuda/kernels/direct_convolution.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Of a problem that SuitsDirectConvolution.
class DirectOperation : public Operation {
 public:
  explicit DirectOperation(const ConvolutionProblem& problem)
      : problem_(problem) {}
  int64_t workspace_bytes() const override { return 0; }
  std::string Name() const override { return "of few pictures"; }
  Status Run(const KernelStream& stream, const Operands& operands) override {
    return DirectConvolution(stream, problem_, operands);
  }

 private:
  const ConvolutionProblem problem_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_DIRECT_OPERATION_H_
