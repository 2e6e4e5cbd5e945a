#include "core/dist/device_group.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/backend/reference/reference_backend.h"

namespace alexnet {
namespace {

using emulation::machine;

std::shared_ptr<Backend> Gpu(int number) {
  CudaBackendOptions options;
  options.device = number;
  return testing::MakeTestBackend(options);
}

class DeviceGroupTest : public ::testing::Test {
 protected:
  void SetUp() override { machine().devices = 2; }
  void TearDown() override { machine() = emulation::Machine(); }
};

TEST_F(DeviceGroupTest, RanksOnTheHostNeedNone) {
  const auto group =
      CreateDeviceGroup({CreateReferenceBackend(), CreateReferenceBackend()});
  ASSERT_TRUE(group.ok()) << group.status().ToString();
  ASSERT_EQ(group->size(), 2u);
  EXPECT_EQ(group->front(), nullptr);
}

TEST_F(DeviceGroupTest, OneGpuMayBeSeveralRanks) {
  machine().linked = false;
  const auto group = CreateDeviceGroup({Gpu(0), Gpu(0), Gpu(0)});
  ASSERT_TRUE(group.ok()) << group.status().ToString();
  EXPECT_EQ(group->back()->rank(), 2);
  EXPECT_EQ(group->back()->size(), 3);
  EXPECT_FALSE(group->back()->recordable());
}

TEST_F(DeviceGroupTest, SeveralGpusAreLinkedWhereThereIsALibrary) {
  const auto linked = CreateDeviceGroup({Gpu(0), Gpu(1)});
  ASSERT_TRUE(linked.ok()) << linked.status().ToString();
  EXPECT_TRUE(linked->front()->recordable());
  machine().no_links = true;
  const auto local = CreateDeviceGroup({Gpu(0), Gpu(1)});
  ASSERT_TRUE(local.ok()) << local.status().ToString();
  EXPECT_FALSE(local->front()->recordable());
}

TEST_F(DeviceGroupTest, RefusesDevicesThatCannotWorkTogether) {
  const Status mixed =
      CreateDeviceGroup({Gpu(0), CreateReferenceBackend()}).status();
  EXPECT_EQ(mixed.field(), "devices");
  EXPECT_NE(mixed.message().find("reference computes in the host's memory"),
            std::string::npos)
      << mixed.message();
  machine().linked = false;
  machine().no_links = true;
  const Status apart = CreateDeviceGroup({Gpu(0), Gpu(1)}).status();
  EXPECT_EQ(apart.code(), StatusCode::kUnsupported);
  EXPECT_NE(apart.message().find("cuda:0 does not reach the memory of cuda:1"),
            std::string::npos)
      << apart.message();
  EXPECT_NE(apart.message().find("no library that links them"),
            std::string::npos);
}

}  // namespace
}  // namespace alexnet
