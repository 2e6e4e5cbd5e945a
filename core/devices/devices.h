// The devices of this machine.

#ifndef ALEXNET_CORE_DEVICES_DEVICES_H_
#define ALEXNET_CORE_DEVICES_DEVICES_H_

#include <cstdint>
#include <string>
#include <vector>

namespace alexnet {

enum class DeviceKind : int8_t { kCpu = 0, kReference = 1, kCuda = 2 };

struct DeviceInfo {
  std::string name;         // as options name it: "cpu", "cuda:0"
  std::string description;  // one line
  DeviceKind kind = DeviceKind::kCpu;
  int threads = 1;  // compute threads used by default
};

// Those that were there when first asked. Lives as long as the program.
const std::vector<DeviceInfo>& Devices();

}  // namespace alexnet

#endif  // ALEXNET_CORE_DEVICES_DEVICES_H_
