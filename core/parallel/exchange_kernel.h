// ExchangeKernel: an exchange between ranks as a node of a plan, over the
// host's memory.

#ifndef ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_
#define ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_

#include <memory>
#include <string>

#include "core/backend/kernel.h"
#include "core/dist/communicator.h"
#include "core/parallel/host_exchange.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Between dense blobs of the shapes `given` and `read`. `comm` must outlive it.
std::unique_ptr<Kernel> MakeExchangeKernel(const std::string& name,
                                           const Shape& given,
                                           const Shape& read,
                                           HostExchange exchange,
                                           Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_
