// The backends of ranks that compute together.

#ifndef ALEXNET_CORE_DEVICES_RANK_DEVICES_H_
#define ALEXNET_CORE_DEVICES_RANK_DEVICES_H_

#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/devices/device_options.h"

namespace alexnet {

// By rank: those of `devices`, names with commas between, with a share of
// `options.threads` each; where it is empty, the one of `options.device`.
// A GPU that is named several times has as many. Refuses both together, an
// empty name, and GPUs beside the host's processor.
Result<std::vector<std::shared_ptr<Backend>>> MakeRankBackends(
    const DeviceOptions& options, const std::string& devices);

// The names in "cpu,cpu"; blanks are no part of them.
std::vector<std::string> DeviceNames(const std::string& devices);

// One of these names; refuses an empty one.
Result<std::string> DeviceOfRank(const std::string& devices, int rank);

// Refuses both `device` and `devices`.
Status CheckOneOfBoth(const std::string& device, const std::string& devices);

// A rank's part of `threads` of all `ranks`, at least 1; 0 is as many as the
// process may use.
int ThreadsOfRank(int threads, int rank, int ranks);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DEVICES_RANK_DEVICES_H_
