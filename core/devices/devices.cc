#include "core/devices/devices.h"

#include <fmt/core.h>

#include "core/backend/cuda/cuda_backend.h"
#include "core/base/cpu.h"

namespace alexnet {
namespace {

std::vector<DeviceInfo> FindDevices() {
  std::vector<DeviceInfo> devices = {
      {"cpu", "the processor: vectorized kernels", DeviceKind::kCpu,
       AvailableCpus()},
      {"reference",
       "plain loops in float64, slow: what the others are checked against",
       DeviceKind::kReference, 1}};
  int number = 0;
  for (const CudaDeviceInfo& gpu : ListCudaDevices()) {
    devices.push_back(
        {fmt::format("cuda:{}", number++),
         fmt::format("{}, compute capability {}, {} MiB", gpu.name,
                     gpu.capability, gpu.memory_bytes >> 20),
         DeviceKind::kCuda, 1});
  }
  return devices;
}

}  // namespace

const std::vector<DeviceInfo>& Devices() {
  static const auto* devices = new std::vector<DeviceInfo>(FindDevices());
  return *devices;
}

}  // namespace alexnet
