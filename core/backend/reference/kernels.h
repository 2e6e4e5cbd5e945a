// Kernels of the reference backend: reference/ops.h behind the Kernel
// interface.

#ifndef ALEXNET_CORE_BACKEND_REFERENCE_KERNELS_H_
#define ALEXNET_CORE_BACKEND_REFERENCE_KERNELS_H_

#include <memory>

#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet::reference {

Result<std::unique_ptr<Kernel>> MakeKernel(const KernelRequest& request);

}  // namespace alexnet::reference

#endif  // ALEXNET_CORE_BACKEND_REFERENCE_KERNELS_H_
