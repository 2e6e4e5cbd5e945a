// Capturing graphs on the emulation, and the device's programs that are made of
// them.

#include "core/backend/cuda/runtime/captured_graph.h"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "core/backend/cuda/runtime/cuda_device.h"
#include "core/base/limited_child.h"

namespace alexnet::cuda {
namespace {

using emulation::machine;

class CapturedGraphTest : public ::testing::Test {
 protected:
  void SetUp() override { device_ = CudaDevice::Open(0).value(); }
  void TearDown() override { machine() = emulation::Machine(); }

  Status Work() {
    ++called_;
    return emulation::Send(device_->compute(), [this] { ++ran_; }) ==
                   cudaSuccess
               ? Status()
               : InternalError("the device is lost");
  }
  void Finish() { ASSERT_TRUE(device_->Finish().ok()); }

  std::unique_ptr<CudaDevice> device_;
  int called_ = 0;
  int ran_ = 0;
};

TEST_F(CapturedGraphTest, ASpoiledCaptureCanBeTakenAgain) {
  machine().spoiled_captures = 1;
  CapturedGraph graph;
  const auto work = [&] { return Work(); };
  EXPECT_EQ(graph.Capture(device_->compute(), work).code(),
            StatusCode::kUnsupported);
  EXPECT_FALSE(graph.captured());
  ASSERT_TRUE(graph.Capture(device_->compute(), work).ok());
  Finish();
  EXPECT_EQ(ran_, 0);
  ASSERT_TRUE(graph.Launch(device_->compute()).ok());
  Finish();
  EXPECT_EQ(ran_, 1);
}

TEST_F(CapturedGraphTest, WorkThatThrowsEndsTheCapture) {
  CapturedGraph graph;
  EXPECT_THROW(static_cast<void>(graph.Capture(device_->compute(),
                                               []() -> Status { throw 1; })),
               int);
  // Would go to the graph otherwise.
  ASSERT_TRUE(Work().ok());
  Finish();
  EXPECT_EQ(ran_, 1);
}

TEST_F(CapturedGraphTest, WorkThatFailsIsNotCaptured) {
  CapturedGraph graph;
  int called = 0;
  const Status status = graph.Capture(device_->compute(), [&] {
    ++called;
    return InternalError("of the work");
  });
  EXPECT_EQ(status.message(), "of the work");
  EXPECT_EQ(called, 1);
  EXPECT_FALSE(graph.captured());
}

TEST_F(CapturedGraphTest, AProgramThatCannotBeCapturedRunsAsItIs) {
  machine().spoiled_captures = 1000;
  const auto program = device_->Record([&] { return Work(); }, nullptr);
  for (int i = 1; i <= 20; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  // It has given up, and says so.
  EXPECT_GT(machine().spoiled_captures, 1000 - 20);
  EXPECT_EQ((*program)->capture(), Capture::kRefused);
}

TEST_F(CapturedGraphTest, AProgramWhoseCaptureIsSpoiledIsCapturedLater) {
  machine().spoiled_captures = 3;
  const auto program = device_->Record([&] { return Work(); }, nullptr);
  for (int i = 1; i <= 10; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  EXPECT_EQ((*program)->capture(), Capture::kDone);
  // Warm, three spoiled captures and runs, one capture.
  EXPECT_EQ(called_, 1 + 3 * 2 + 1);
}

TEST_F(CapturedGraphTest, AProgramIsCapturedOnce) {
  const auto program = device_->Record([&] { return Work(); }, nullptr);
  for (int i = 1; i <= 4; ++i) {
    EXPECT_EQ((*program)->capture(),
              i <= 2 ? Capture::kPending : Capture::kDone);
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  EXPECT_EQ(called_, 2);
}

// It votes for itself, and counts as the others do.
TEST_F(CapturedGraphTest, AProgramIsLaunchedOnceAllRanksHaveRecordedIt) {
  std::vector<bool> votes;
  const auto vote = [&](bool recorded) -> Result<bool> {
    votes.push_back(recorded);
    return votes.size() == 3;
  };
  machine().spoiled_captures = 1;
  const auto program = device_->Record([&] { return Work(); }, vote);
  for (int i = 1; i <= 6; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  EXPECT_EQ(votes, (std::vector<bool>{false, true, true}));
  // Warm, two captures that come to nothing and runs, one capture.
  EXPECT_EQ(called_, 1 + 2 * 2 + 1);
}

// Another stream's work is part of it where the first one waits for that.
TEST_F(CapturedGraphTest, ACaptureForksAndJoins) {
  const std::unique_ptr<Fence> forked = device_->CreateFence().value();
  const std::unique_ptr<Fence> joined = device_->CreateFence().value();
  bool joins = true;
  const auto work = [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(device_->Signal(Queue::kCompute, *forked));
    ALEXNET_RETURN_IF_ERROR(device_->Wait(Queue::kExchange, *forked));
    emulation::Send(device_->exchange(), [this] { ++ran_; });
    ALEXNET_RETURN_IF_ERROR(device_->Signal(Queue::kExchange, *joined));
    return joins ? device_->Wait(Queue::kCompute, *joined) : Status();
  };
  CapturedGraph graph;
  ASSERT_TRUE(graph.Capture(device_->compute(), work).ok());
  EXPECT_EQ(ran_, 0);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_TRUE(graph.Launch(device_->compute()).ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  joins = false;
  CapturedGraph open;
  EXPECT_FALSE(open.Capture(device_->compute(), work).ok());
}

TEST_F(CapturedGraphTest, EachDeviceHasALockOfItsOwn) {
  machine().devices = 2;
  const auto other = CudaDevice::Open(1).value();
  ASSERT_TRUE(device_->MakeCurrent().ok());
  std::mutex& first = CaptureMutex();
  EXPECT_EQ(&first, &CaptureMutex());
  ASSERT_TRUE(other->MakeCurrent().ok());
  EXPECT_NE(&first, &CaptureMutex());
  ASSERT_TRUE(device_->MakeCurrent().ok());
}

TEST_F(CapturedGraphTest, AChildOfForkLeavesTheDeviceAlone) {
  AlignedBuffer buffer = device_->Allocate(1000, /*zero=*/false).value();
  std::unique_ptr<Fence> fence = device_->CreateFence().value();
  const size_t in_use = emulation::BytesInUse();
  EXPECT_EQ(
      EndOfChild([&] {
        if (device_->MakeCurrent().code() != StatusCode::kFailedPrecondition) {
          return 1;
        }
        buffer = AlignedBuffer();
        fence.reset();
        device_.reset();
        return emulation::BytesInUse() == in_use ? 0 : 2;
      }),
      "exit 0");
  buffer = AlignedBuffer();
  EXPECT_LT(emulation::BytesInUse(), in_use);
}

}  // namespace
}  // namespace alexnet::cuda
