// The ranks of a process on its devices.

#ifndef ALEXNET_CORE_DIST_DEVICE_GROUP_H_
#define ALEXNET_CORE_DIST_DEVICE_GROUP_H_

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// By rank, a communicator over the memory of its backend's device: null on the
// host, whose ranks have one without it. GPUs are linked by NCCL where that can
// be loaded; without it, or where one GPU is several ranks', they reach into
// each other's memory. Refuses ranks of which some are on the host and some are
// not, and GPUs that can do neither.
Result<std::vector<std::unique_ptr<Communicator>>> CreateDeviceGroup(
    const std::vector<std::shared_ptr<Backend>>& backends,
    const CommLimits& limits = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_DEVICE_GROUP_H_
