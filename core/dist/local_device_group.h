// Local ranks on GPUs: threads of one process, over memory of devices that
// reach each other's, or of one device that is several ranks'.

#ifndef ALEXNET_CORE_DIST_LOCAL_DEVICE_GROUP_H_
#define ALEXNET_CORE_DIST_LOCAL_DEVICE_GROUP_H_

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// One communicator for each of `backends`, by rank, over its device's memory;
// each may go to a thread of its own. No two ranks share a backend;
// kUnsupported where a device does not reach the memory of another. Whoever
// puts an operation into the queue waits, on the host, for its peers to come to
// theirs, so nothing can be recorded; on the devices all is asynchronous. Each
// rank adds its slice of all ranks' inputs and writes it to all their outputs.
// CommLimits::silent does not apply.
Result<std::vector<std::unique_ptr<Communicator>>> CreateLocalDeviceGroup(
    const std::vector<std::shared_ptr<Backend>>& backends,
    const CommLimits& limits = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_LOCAL_DEVICE_GROUP_H_
