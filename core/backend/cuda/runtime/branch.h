// Branch: work beside a device's kCompute, in its kSide, from a fork on until
// it is joined.

#ifndef ALEXNET_CORE_BACKEND_CUDA_RUNTIME_BRANCH_H_
#define ALEXNET_CORE_BACKEND_CUDA_RUNTIME_BRANCH_H_

#include <cuda_runtime.h>

#include <memory>

#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// In a graph that is captured it is a branch of that. Not thread safe.
class Branch {
 public:
  // `device` must outlive the branch.
  static Result<std::unique_ptr<Branch>> Create(CudaDevice& device);

  cudaStream_t stream() const { return device_.side(); }
  // What is sent to stream() from now on waits for what kCompute has now.
  Status Fork();
  // What kCompute gets from now on waits for what stream() has now.
  Status Join();

 private:
  explicit Branch(CudaDevice& device) : device_(device) {}

  CudaDevice& device_;
  std::unique_ptr<Fence> forked_;
  std::unique_ptr<Fence> ended_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_RUNTIME_BRANCH_H_
