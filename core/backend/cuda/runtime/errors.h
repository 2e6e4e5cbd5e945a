// CUDA's errors as a Status.

#ifndef ALEXNET_CORE_BACKEND_CUDA_RUNTIME_ERRORS_H_
#define ALEXNET_CORE_BACKEND_CUDA_RUNTIME_ERRORS_H_

#include <cuda_runtime.h>

#include <string>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// OK, or what to do about `error`, which `what` met: "launching a kernel".
// Errors after which no call works any more say that the device is lost.
Status FromCuda(cudaError_t error, const std::string& what);

// OK, or that the device is lost, whichever call met that first. For libraries,
// which tell it as failures of their own.
Status CheckDevice(const std::string& what);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_RUNTIME_ERRORS_H_
