// What the emulation does once a device is lost.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"

namespace {

TEST(LostDeviceTest, NothingIsUnderWayOnceACallHasTold) {
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking),
            cudaSuccess);
  std::atomic<bool> begun = false;
  std::atomic<bool> ended = false;
  emulation::Send(stream, [&] {
    begun = true;
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    ended = true;
  });
  std::thread waits([stream] { cudaStreamSynchronize(stream); });
  while (!begun) std::this_thread::yield();
  emulation::FailCall(0, cudaErrorLaunchFailure, /*lost=*/true);
  EXPECT_EQ(cudaStreamSynchronize(stream), cudaErrorLaunchFailure);
  EXPECT_TRUE(ended);
  waits.join();
  emulation::FailCall(-1, cudaSuccess, /*lost=*/false);
  cudaStreamDestroy(stream);
}

}  // namespace
