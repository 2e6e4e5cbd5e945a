// Ranks on linked GPUs: threads of one process, whose operations a library of
// the devices' maker carries out.

#ifndef ALEXNET_CORE_DIST_LINKED_DEVICE_GROUP_H_
#define ALEXNET_CORE_DIST_LINKED_DEVICE_GROUP_H_

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// One communicator for each of `backends`, by rank, over its device's memory,
// no two on one device; each may go to a thread of its own. kUnsupported where
// the library is missing. Operations can be recorded, and then are compared
// with the others' once. Sums are in the library's order (Collectives).
// CommLimits::silent does not apply.
Result<std::vector<std::unique_ptr<Communicator>>> CreateLinkedDeviceGroup(
    const std::vector<std::shared_ptr<Backend>>& backends,
    const CommLimits& limits = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LINKED_DEVICE_GROUP_H_
