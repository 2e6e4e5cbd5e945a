// Local ranks: threads of one process, over the host's memory.

#ifndef ALEXNET_CORE_DIST_LOCAL_GROUP_H_
#define ALEXNET_CORE_DIST_LOCAL_GROUP_H_

#include <memory>
#include <vector>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// One communicator for each of `size` ranks (at least 1), by rank; each may go
// to a thread of its own. Operations run on a thread of the communicator's:
// each rank adds its slice of all ranks' inputs and writes it to all their
// outputs, with nothing in between. CommLimits::silent does not apply.
Result<std::vector<std::unique_ptr<Communicator>>> CreateLocalGroup(
    int size, const CommLimits& limits = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LOCAL_GROUP_H_
