// LinkDevices: Collectives between GPUs: NCCL's, or the tests' emulation.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_DEVICE_LINKS_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_DEVICE_LINKS_H_

#include <functional>
#include <memory>
#include <vector>

#include "core/backend/collectives.h"
#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// By rank, all of this process; no two on one GPU. They must outlive what comes
// back. Loads the library where that is not loaded yet; the error names it and
// where it was looked for.
Result<std::vector<std::unique_ptr<Collectives>>> LinkDevices(
    const std::vector<CudaDevice*>& ranks);

// As Backend's of these names.
Result<LinkOffer> OfferLink(CudaDevice& device, bool first);
Result<std::unique_ptr<Collectives>> JoinLink(
    CudaDevice& device, const LinkOffer& first, int rank, int size,
    const std::function<Status()>& check);

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_DEVICE_LINKS_H_
