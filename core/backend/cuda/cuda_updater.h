// CudaUpdater: all parameters of a plan in one kernel.

#ifndef ALEXNET_CORE_BACKEND_CUDA_CUDA_UPDATER_H_
#define ALEXNET_CORE_BACKEND_CUDA_CUDA_UPDATER_H_

#include <memory>
#include <vector>

#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/update.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// Works in `queue` of `device`, which must outlive it.
Result<std::unique_ptr<Updater>> MakeUpdater(
    CudaDevice& device, Queue queue, const std::vector<SgdTensor>& tensors);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_CUDA_UPDATER_H_
