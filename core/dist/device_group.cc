#include "core/dist/device_group.h"

#include <algorithm>

#include "core/dist/local_device_group.h"

namespace alexnet {

Result<std::vector<std::unique_ptr<Communicator>>> CreateDeviceGroup(
    const std::vector<std::shared_ptr<Backend>>& backends,
    const CommLimits& limits) {
  const auto on_host = [](const std::shared_ptr<Backend>& backend) {
    return backend->device().is_host();
  };
  if (std::all_of(backends.begin(), backends.end(), on_host)) {
    return std::vector<std::unique_ptr<Communicator>>(backends.size());
  }
  return CreateLocalDeviceGroup(backends, limits);
}

}  // namespace alexnet
