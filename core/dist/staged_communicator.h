// A rank on a GPU whose ranks meet over the host: other processes', perhaps of
// other machines.

#ifndef ALEXNET_CORE_DIST_STAGED_COMMUNICATOR_H_
#define ALEXNET_CORE_DIST_STAGED_COMMUNICATOR_H_

#include <memory>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

// Over the memory of `backend`'s device: what an operation reads is copied to
// the host, goes through `host`, a communicator over the host's memory, and
// what it gives is copied back. The rank waits for that, and the device for the
// rank. Operations cannot be recorded; those put into `host` itself come in
// order with these.
Result<std::unique_ptr<Communicator>> CreateStagedCommunicator(
    std::shared_ptr<Backend> backend, std::shared_ptr<Communicator> host);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_STAGED_COMMUNICATOR_H_
