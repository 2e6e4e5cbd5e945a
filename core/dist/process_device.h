// A rank on a GPU whose ranks are processes, perhaps of other machines.

#ifndef ALEXNET_CORE_DIST_PROCESS_DEVICE_H_
#define ALEXNET_CORE_DIST_PROCESS_DEVICE_H_

#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

struct ProcessDevice {
  // Over the memory of the device.
  std::unique_ptr<Communicator> communicator;
  std::string how;  // GPUs exchange, for a person
};

// On all ranks of `host`, which is over the host's memory: by a library that
// links their GPUs, where there is one, or over the host (linked_processes.h,
// staged_communicator.h).
Result<ProcessDevice> CreateProcessDevice(std::shared_ptr<Backend> backend,
                                          std::shared_ptr<Communicator> host);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_PROCESS_DEVICE_H_
