// What the emulation sees of kernels that are launched early.

#include <gtest/gtest.h>

#include <cstdint>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"

namespace {

constexpr unsigned kThreads = 64;

void Waits(int* data) {
  cudaGridDependencySynchronize();
  data[threadIdx.x] += 1;
}
void DoesNotWait(int* data) { data[threadIdx.x] += 1; }
void OnlySomeWait(int* data) {
  if (threadIdx.x > 0) cudaGridDependencySynchronize();
  data[threadIdx.x] += 1;
}
void WaitsTooLate(int* data) {
  const int before = data[threadIdx.x];
  cudaGridDependencySynchronize();
  data[threadIdx.x] = before + 1;
}

class EarlyGridTest : public ::testing::Test {
 protected:
  void SetUp() override {
    emulation::machine().watched = true;
    ASSERT_EQ(cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking),
              cudaSuccess);
    void* data = nullptr;
    ASSERT_EQ(cudaMalloc(&data, kThreads * sizeof(int)), cudaSuccess);
    data_ = static_cast<int*>(data);
    ASSERT_EQ(cudaMemsetAsync(data, 0, kThreads * sizeof(int), stream_),
              cudaSuccess);
  }
  void TearDown() override {
    cudaStreamDestroy(stream_);
    cudaFree(data_);
    emulation::machine() = emulation::Machine();
  }

  void Run(void (*kernel)(int*), bool early) {
    cudaLaunchAttribute attribute = {};
    attribute.id = cudaLaunchAttributeProgrammaticStreamSerialization;
    attribute.val.programmaticStreamSerializationAllowed = 1;
    cudaLaunchConfig_t config = {};
    config.gridDim = dim3{1, 1, 1};
    config.blockDim = dim3{kThreads, 1, 1};
    config.stream = stream_;
    config.attrs = &attribute;
    config.numAttrs = early ? 1 : 0;
    ASSERT_EQ(cudaLaunchKernelEx(&config, kernel, data_), cudaSuccess);
    ASSERT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
  }

  cudaStream_t stream_ = nullptr;
  int* data_ = nullptr;
};

TEST_F(EarlyGridTest, KernelsThatWaitRun) {
  emulation::TrafficByWork().clear();
  Run(Waits, /*early=*/true);
  Run(Waits, /*early=*/false);
  Run(DoesNotWait, /*early=*/false);
  for (unsigned i = 0; i < kThreads; ++i) EXPECT_EQ(data_[i], 3);
  EXPECT_EQ(emulation::TrafficByWork()["a kernel"].launches, 3);
  EXPECT_EQ(emulation::TrafficByWork()["a kernel"].early, 1);
}

TEST_F(EarlyGridTest, OneThatDoesNotEndsTheProgram) {
  EXPECT_DEATH(Run(DoesNotWait, /*early=*/true), "before it waits");
  EXPECT_DEATH(Run(OnlySomeWait, /*early=*/true),
               "before it waits|do not wait");
}

TEST_F(EarlyGridTest, SoDoesOneThatWaitsTooLate) {
  EXPECT_DEATH(Run(WaitsTooLate, /*early=*/true), "before it waits");
}

// Where memory is not watched, threads are counted.
TEST_F(EarlyGridTest, ThreadsThatDoNotWaitAreCounted) {
  emulation::machine().watched = false;
  EXPECT_DEATH(Run(DoesNotWait, /*early=*/true), "do not wait");
  EXPECT_DEATH(Run(OnlySomeWait, /*early=*/true), "do not wait");
}

}  // namespace
