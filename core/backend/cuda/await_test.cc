// Who waits for a device leaves the backend to others.

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/runtime/cuda_device.h"

namespace alexnet {
namespace {

// The device does not get further until another thread has had its turn in Run.
TEST(AwaitTest, LeavesTheBackendToOthers) {
  const std::shared_ptr<Backend> gpu = CreateCudaBackend().value();
  auto& device = static_cast<cuda::CudaDevice&>(gpu->device());
  std::atomic<bool> ran = false;
  std::unique_ptr<Fence> reached;
  ASSERT_TRUE(gpu->Run([&]() -> Status {
                   emulation::SendPolled(device.compute(),
                                         [&] { return ran.load(); });
                   ALEXNET_ASSIGN_OR_RETURN(reached, device.CreateFence());
                   return device.Signal(Queue::kCompute, *reached);
                 })
                  .ok());
  std::thread other([&] {
    EXPECT_TRUE(gpu->Run([&] {
                     ran = true;
                     return Status();
                   })
                    .ok());
    emulation::Changed();
  });
  EXPECT_TRUE(gpu->Await(*reached).ok());
  EXPECT_TRUE(ran);
  other.join();
}

TEST(AwaitTest, TellsThatTheDeviceIsLost) {
  const std::shared_ptr<Backend> gpu = CreateCudaBackend().value();
  std::unique_ptr<Fence> reached;
  ASSERT_TRUE(gpu->Run([&]() -> Status {
                   ALEXNET_ASSIGN_OR_RETURN(reached,
                                            gpu->device().CreateFence());
                   return gpu->device().Signal(Queue::kCompute, *reached);
                 })
                  .ok());
  emulation::machine().fault = cudaErrorLaunchFailure;
  EXPECT_EQ(gpu->Await(*reached).code(), StatusCode::kIo);
  emulation::machine() = emulation::Machine();
}

}  // namespace
}  // namespace alexnet
