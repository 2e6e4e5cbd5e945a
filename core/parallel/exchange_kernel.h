// An exchange between ranks as a plan runs it: as a node, or in halves.

#ifndef ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_
#define ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_

#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/exec/rank_part.h"
#include "core/parallel/blob_exchange.h"
#include "core/tensor/tensor.h"

namespace alexnet {

// Between dense blobs of the shapes `given` and `read`, in the memory of the
// backend's device, which is that of `comm`. Both must outlive it.
Result<std::unique_ptr<Kernel>> MakeExchangeKernel(
    const std::string& name, const Shape& given, const Shape& read,
    BlobExchange exchange, Backend& backend, Communicator& comm);

// In halves, likewise.
Result<std::unique_ptr<PassExchange>> MakePassExchange(BlobExchange exchange,
                                                       Backend& backend,
                                                       Communicator& comm);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_EXCHANGE_KERNEL_H_
