#include "core/devices/devices.h"

#include <gtest/gtest.h>

#include "core/backend/cuda/cuda_backend.h"
#include "core/base/cpu.h"
#include "core/devices/device_options.h"

namespace alexnet {
namespace {

TEST(DevicesTest, AreNamedAsOptionsNameThem) {
  const std::vector<DeviceInfo>& devices = Devices();
  ASSERT_EQ(devices.size(), 2 + ListCudaDevices().size());
  EXPECT_EQ(devices[0].kind, DeviceKind::kCpu);
  EXPECT_EQ(devices[0].threads, AvailableCpus());
  EXPECT_EQ(devices[1].kind, DeviceKind::kReference);
  for (size_t i = 0; i < 2; ++i) {
    const auto backend = MakeBackend({devices[i].name, 1});
    ASSERT_TRUE(backend.ok()) << backend.status().ToString();
    EXPECT_EQ((*backend)->name(), devices[i].name);
  }
  for (size_t i = 2; i < devices.size(); ++i) {
    EXPECT_EQ(devices[i].kind, DeviceKind::kCuda);
    EXPECT_EQ(devices[i].name, "cuda:" + std::to_string(i - 2));
  }
}

}  // namespace
}  // namespace alexnet
