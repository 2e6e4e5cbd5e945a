// Timing candidates and capturing graphs, on the emulation, whose clock goes on
// by what an operation is said to take.

#include "core/backend/cuda/math/candidates.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/runtime/captured_graph.h"
#include "core/backend/cuda/runtime/cuda_device.h"

namespace alexnet::cuda {
namespace {

using emulation::machine;

class FakeOperation : public Operation {
 public:
  FakeOperation(std::string name, float milliseconds, int64_t workspace = 0,
                cudaError_t fault = cudaSuccess)
      : name_(std::move(name)),
        milliseconds_(milliseconds),
        workspace_(workspace),
        fault_(fault) {}
  int64_t workspace_bytes() const override { return workspace_; }
  std::string Name() const override { return name_; }
  Status Run(cudaStream_t stream, const Operands&) override {
    if (milliseconds_ < 0.0f) return InternalError("it does not run");
    if (fault_ != cudaSuccess) machine().fault = fault_;
    const auto work = [this] { machine().clock += milliseconds_; };
    if (emulation::Send(stream, work) != cudaSuccess) {
      return InternalError("the device is lost");
    }
    return Status();
  }

 private:
  const std::string name_;
  const float milliseconds_;  // negative: fails
  const int64_t workspace_;
  const cudaError_t fault_;  // what the device has from then on
};

class CandidatesTest : public ::testing::Test {
 protected:
  void SetUp() override { device_ = CudaDevice::Open(0).value(); }
  void TearDown() override {
    device_.reset();  // one that is lost must not come to life
    machine() = emulation::Machine();
  }

  // Its name, or the error.
  std::string Fastest(std::vector<FakeOperation> operations) {
    std::vector<std::unique_ptr<Operation>> candidates;
    for (FakeOperation& operation : operations) {
      candidates.push_back(
          std::make_unique<FakeOperation>(std::move(operation)));
    }
    OperandBytes bytes;
    bytes.dtype = DType::kBF16;
    bytes.a = 3 << 20;
    bytes.b = 10;
    bytes.out = 100;
    const auto fastest =
        cuda::Fastest(device_->compute(), std::move(candidates), bytes);
    return fastest.ok() ? (*fastest)->Name() : fastest.status().message();
  }

  std::unique_ptr<CudaDevice> device_;
};

TEST_F(CandidatesTest, TheFastestIsTaken) {
  EXPECT_EQ(Fastest({{"slow", 2.0f}, {"fast", 1.0f}, {"slower", 3.0f}}),
            "fast");
  EXPECT_EQ(Fastest({{"fast", 1.0f}, {"slow", 2.0f}}), "fast");
  EXPECT_EQ(Fastest({{"only", 1.0f}}), "only");
}

TEST_F(CandidatesTest, ThoseThatFailAreLeftOut) {
  EXPECT_EQ(Fastest({{"fails", -1.0f}, {"runs", 1.0f}}), "runs");
  EXPECT_NE(Fastest({{"fails", -1.0f}, {"fails", -1.0f}}).find("none of"),
            std::string::npos);
  EXPECT_NE(Fastest({}).find("no algorithm"), std::string::npos);
}

TEST_F(CandidatesTest, WithoutRoomToTimeThemTheFirstIsTaken) {
  machine().memory = emulation::BytesInUse() + (16 << 20);
  EXPECT_EQ(Fastest({{"first", 2.0f}, {"second", 1.0f, 64 << 20}}), "first");
}

TEST_F(CandidatesTest, WhatCannotBeCapturedIsTimedAsItRuns) {
  machine().spoiled_captures = 1000;
  EXPECT_EQ(Fastest({{"slow", 2.0f}, {"fast", 1.0f}}), "fast");
}

TEST_F(CandidatesTest, ALostDeviceIsToldAsSuch) {
  const std::string error =
      Fastest({{"a", 2.0f}, {"b", 1.0f, 0, cudaErrorLaunchFailure}});
  EXPECT_NE(error.find("timing algorithms"), std::string::npos) << error;
  EXPECT_NE(error.find("device is lost"), std::string::npos) << error;
}

class CapturedGraphTest : public CandidatesTest {
 protected:
  Status Work() {
    ++called_;
    return emulation::Send(device_->compute(), [this] { ++ran_; }) ==
                   cudaSuccess
               ? Status()
               : InternalError("the device is lost");
  }
  void Finish() { ASSERT_TRUE(device_->Finish().ok()); }

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
  const auto program = device_->Record([&] { return Work(); });
  for (int i = 1; i <= 20; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  // It has given up.
  EXPECT_GT(machine().spoiled_captures, 1000 - 20);
}

TEST_F(CapturedGraphTest, AProgramWhoseCaptureIsSpoiledIsCapturedLater) {
  machine().spoiled_captures = 3;
  const auto program = device_->Record([&] { return Work(); });
  for (int i = 1; i <= 10; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  // Warm, three spoiled captures and runs, one capture.
  EXPECT_EQ(called_, 1 + 3 * 2 + 1);
}

TEST_F(CapturedGraphTest, AProgramIsCapturedOnce) {
  const auto program = device_->Record([&] { return Work(); });
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  EXPECT_EQ(called_, 2);
}

}  // namespace
}  // namespace alexnet::cuda
