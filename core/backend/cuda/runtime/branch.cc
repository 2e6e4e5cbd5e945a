#include "core/backend/cuda/runtime/branch.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

Result<std::unique_ptr<Branch>> Branch::Create(CudaDevice& device) {
  std::unique_ptr<Branch> branch(new Branch(device));
  ALEXNET_ASSIGN_OR_RETURN(branch->forked_, device.CreateFence());
  ALEXNET_ASSIGN_OR_RETURN(branch->ended_, device.CreateFence());
  return branch;
}

Status Branch::Fork() {
  ALEXNET_RETURN_IF_ERROR(device_.Signal(Queue::kCompute, *forked_));
  return device_.Wait(Queue::kSide, *forked_);
}

Status Branch::Join() {
  ALEXNET_RETURN_IF_ERROR(device_.Signal(Queue::kSide, *ended_));
  return device_.Wait(Queue::kCompute, *ended_);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
