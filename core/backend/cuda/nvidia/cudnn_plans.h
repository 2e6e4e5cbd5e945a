// The execution plans that cuDNN has for a graph of operations.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_PLANS_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_PLANS_H_

#include <cudnn.h>

#include <cstdint>
#include <vector>

#include "core/backend/cuda/nvidia/cudnn_descriptor.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/precision.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// The device that plans are made for: one that is there, or one that is only
// described, for which plans can be made but not run.
struct CudnnTarget {
  cudnnHandle_t handle = nullptr;
  const Descriptor* properties =
      nullptr;  // CUDNN_BACKEND_DEVICEPROP_DESCRIPTOR
};

struct CudnnPlanRequest {
  Precision precision = Precision::kF32;  // that a plan must keep
  bool fixed_order = true;  // only plans that sum in a fixed order
  int most = 1;
};

struct CudnnPlan {
  Descriptor descriptor;
  int64_t workspace_bytes = 0;
};

// cuDNN's favourites first; perhaps none.
std::vector<CudnnPlan> PlansOf(const CudnnFunctions& cudnn,
                               const CudnnTarget& target,
                               const Descriptor& graph,
                               const CudnnPlanRequest& request);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_PLANS_H_
