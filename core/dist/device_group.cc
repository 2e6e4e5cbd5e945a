#include "core/dist/device_group.h"

#include <algorithm>
#include <set>
#include <string>

#include "core/dist/linked_device_group.h"
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
  // Which refuses those on the host, as a library does two on one GPU.
  std::set<std::string> devices;
  for (const auto& backend : backends) {
    devices.insert(backend->computer().device);
  }
  if (devices.size() < backends.size() ||
      std::any_of(backends.begin(), backends.end(), on_host)) {
    return CreateLocalDeviceGroup(backends, limits);
  }
  auto linked = CreateLinkedDeviceGroup(backends, limits);
  if (linked.ok() || linked.status().code() != StatusCode::kUnsupported) {
    return linked;
  }
  auto local = CreateLocalDeviceGroup(backends, limits);
  if (local.ok() || local.status().code() != StatusCode::kUnsupported) {
    return local;
  }
  return UnsupportedError(std::string(local.status().message()) +
                          ", and there is no library that links them: " +
                          std::string(linked.status().message()))
      .WithField("devices");
}

}  // namespace alexnet
