// The execution plans that cuDNN has for a graph of operations.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_PLANS_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_PLANS_H_

#include <cudnn.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/backend/cuda/nvidia/cudnn_descriptor.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/precision.h"
#include "core/base/status.h"

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
};

// An engine with its knobs set, of which a plan can be made or not.
struct CudnnConfig {
  Descriptor descriptor;
  // "engine 5 0=1 3=2": its number and knobs, which mean the same to the same
  // version of cuDNN.
  std::string tag;
};

struct CudnnPlan {
  Descriptor descriptor;
  int64_t workspace_bytes = 0;
};

// cuDNN's favourites first, its last resorts last; perhaps none.
std::vector<CudnnConfig> ConfigsOf(const CudnnFunctions& cudnn,
                                   const CudnnTarget& target,
                                   const Descriptor& graph,
                                   const CudnnPlanRequest& request);

// What a heuristic proposes need not work on the device, or asks for more work
// space than any layer of the family needs: kUnsupported.
Result<CudnnPlan> MakePlan(const CudnnFunctions& cudnn,
                           const CudnnTarget& target,
                           const CudnnConfig& config);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_PLANS_H_
