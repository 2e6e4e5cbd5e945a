// What cuDNN's plans of a training step need beside their operands, asked where
// no GPU is. For tests, also those that know nothing of CUDA.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_PLANNED_WORKSPACE_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_PLANNED_WORKSPACE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"

namespace alexnet::cuda {

// Of a layer, bytes.
struct PlannedWorkspace {
  std::string layer;
  int64_t forward = 0;
  int64_t source_gradient = 0;  // 0 where none is made
  int64_t weight_gradient = 0;
};

// Of each convolution of `preset` in bfloat16 on a described H200: of the plans
// that are taken without tuning. An error where cuDNN cannot be loaded, or has
// no plan.
Result<std::vector<PlannedWorkspace>> PlannedWorkspaces(
    const std::string& preset, int64_t batch);

}  // namespace alexnet::cuda

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_PLANNED_WORKSPACE_H_
