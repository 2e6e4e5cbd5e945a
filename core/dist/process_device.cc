#include "core/dist/process_device.h"

#include <fmt/core.h>

#include <utility>
#include <vector>

#include "core/dist/linked_processes.h"
#include "core/dist/staged_communicator.h"

namespace alexnet {

Result<ProcessDevice> CreateProcessDevice(std::shared_ptr<Backend> backend,
                                          std::shared_ptr<Communicator> host) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<ShownLink> links,
                           ShowLinks(*backend, *host));
  const std::string why_not = WhyNotLinked(links);
  ProcessDevice device;
  if (why_not.empty()) {
    ALEXNET_ASSIGN_OR_RETURN(
        device.communicator,
        LinkProcesses(std::move(backend), std::move(host), links));
    device.how =
        fmt::format("GPUs exchange by {}", links.front().offer.library);
  } else {
    ALEXNET_ASSIGN_OR_RETURN(
        device.communicator,
        CreateStagedCommunicator(std::move(backend), std::move(host)));
    device.how = "GPUs exchange through the memory of their hosts: " + why_not;
  }
  return device;
}

}  // namespace alexnet
