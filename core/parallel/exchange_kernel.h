// ExchangeKernel: an exchange between ranks as a node of a plan.

#ifndef ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_
#define ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_

#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/parallel/host_exchange.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Between dense blobs of the shapes `given` and `read`, in the memory of the
// backend's device, which is that of `comm`. Both must outlive it.
Result<std::unique_ptr<Kernel>> MakeExchangeKernel(
    const std::string& name, const Shape& given, const Shape& read,
    HostExchange exchange, Backend& backend, Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_
