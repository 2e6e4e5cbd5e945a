// A GPU that is not there, as cuDNN can be told of it: it checks graphs and
// makes plans for it, it only cannot run them. For tests.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_DESCRIBED_DEVICE_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_DESCRIBED_DEVICE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/cudnn_descriptor.h"
#include "core/backend/cuda/nvidia/cudnn_plans.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// An H200.
class DescribedDevice {
 public:
  // `cudnn` must outlive it.
  static Result<std::unique_ptr<DescribedDevice>> Create(
      const CudnnFunctions& cudnn);
  // As long as this object lives.
  CudnnTarget target() const { return {nullptr, &properties_}; }

 private:
  explicit DescribedDevice(Descriptor properties)
      : properties_(std::move(properties)) {}

  const Descriptor properties_;
};

// Work space, in bytes, of the first plan with a fixed order of the first form
// that has any; -1: there is none.
int64_t FirstWorkspace(const CudnnFunctions& cudnn, const CudnnTarget& target,
                       const ConvolutionProblem& problem);

// Calls visit(request) for each convolution of the preset, as plans ask for it.
void ForEachConvolution(
    const std::string& preset, bool training, int64_t batch,
    const std::function<void(const KernelRequest& request)>& visit);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_DESCRIBED_DEVICE_H_
