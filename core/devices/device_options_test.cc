#include "core/devices/device_options.h"

#include <gtest/gtest.h>

#include "core/backend/cuda/cuda_backend.h"

namespace alexnet {
namespace {

TEST(DeviceOptionsTest, DevicesAreNamed) {
  EXPECT_TRUE(MakeBackend({"reference"}).ok());
  EXPECT_FALSE(MakeBackend({"cpu", -1}).ok());
  const auto unknown = MakeBackend({"abacus", 0});
  ASSERT_FALSE(unknown.ok());
  EXPECT_NE(unknown.status().message().find("there are cpu"),
            std::string::npos);
  const auto several = MakeBackend({"cpu,cpu"});
  EXPECT_EQ(several.status().code(), StatusCode::kInvalidArgument);
  EXPECT_NE(several.status().message().find("`devices`"), std::string::npos);
  if (ListCudaDevices().empty()) {
    EXPECT_NE(unknown.status().message().find("`alexnet_system_json`"),
              std::string::npos);
  }
  for (const char* name : {"cuda:", "cuda:x", "cuda:-1", "cuda0", "cuda:1 "}) {
    EXPECT_EQ(MakeBackend({name}).status().code(), StatusCode::kNotFound)
        << name;
  }
  // There may be GPUs here, but not so many.
  const auto beyond = MakeBackend({"cuda:999"});
  ASSERT_FALSE(beyond.ok());
  EXPECT_NE(beyond.status().message(), "");
  EXPECT_TRUE(MakeBackend({"auto"}).ok() || !ListCudaDevices().empty());
}

TEST(DeviceOptionsTest, TheCpuRefusesAGpusPrecision) {
  DeviceOptions options;
  options.precision = Precision::kBf16;
  const auto refused = MakeBackend(options);
  EXPECT_EQ(refused.status().code(), StatusCode::kUnsupported);
  EXPECT_EQ(refused.status().field(), "precision");
}

}  // namespace
}  // namespace alexnet
