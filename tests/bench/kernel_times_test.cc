// Kernel times of a small network, on the processor and on the emulated GPU.

#include "tests/bench/kernel_times.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cuda/cuda_backend.h"

namespace alexnet::bench {
namespace {

TEST(KernelTimesTest, EachKernelOfATrainingStepHasALine) {
  for (const auto& backend :
       {CreateCpuBackend({.threads = 1}), CreateCudaBackend({})}) {
    ASSERT_TRUE(backend.ok()) << backend.status().ToString();
    KernelTimesOptions options;
    options.preset = "lenet5";
    options.batch = 2;
    options.training = true;
    options.seconds = 1e-6;
    ::testing::internal::CaptureStdout();
    const Status status = PrintKernelTimes(**backend, options);
    const std::string text = ::testing::internal::GetCapturedStdout();
    ASSERT_TRUE(status.ok()) << status.ToString();
    for (const char* layer : {"\nconv1 ", "\npool1 ", "\nfc", "\ntotal "}) {
      EXPECT_NE(text.find(layer), std::string::npos) << layer << text;
    }
    EXPECT_EQ(text.find("nan"), std::string::npos) << text;
    EXPECT_EQ(text.find("inf"), std::string::npos) << text;
  }
}

TEST(KernelTimesTest, NumbersAreSmallAndPositiveInBothTypes) {
  const AlignedBuffer buffer = NumbersOn(Device::Host(), 400).value();
  for (int64_t i = 0; i < 400; i += 4) {
    float wide;
    std::memcpy(&wide, buffer.data() + i, sizeof(wide));
    EXPECT_GT(wide, 0.009f);
    EXPECT_LT(wide, 0.08f);
    std::vector<float> narrow(2);
    WidenToFloat(DType::kBF16, buffer.data() + i, 2, narrow.data());
    EXPECT_EQ(narrow[0], narrow[1]);
    EXPECT_NEAR(narrow[0], wide, 0.01f * wide);
  }
}

}  // namespace
}  // namespace alexnet::bench
