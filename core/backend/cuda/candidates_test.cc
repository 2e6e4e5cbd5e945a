// Timing candidates and capturing graphs, on the emulation, whose clock goes on
// by what an operation is said to take.

#include "core/backend/cuda/candidates.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/captured_graph.h"
#include "core/backend/cuda/cuda_device.h"

namespace alexnet::cuda {
namespace {

using emulation::machine;

class FakeOperation : public Operation {
 public:
  FakeOperation(std::string name, float milliseconds, int64_t workspace = 0)
      : name_(std::move(name)),
        milliseconds_(milliseconds),
        workspace_(workspace) {}
  int64_t workspace_bytes() const override { return workspace_; }
  std::string Name() const override { return name_; }
  Status Run(cudaStream_t stream, const Operands&) override {
    if (milliseconds_ < 0.0f) return InternalError("it does not run");
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
};

class CandidatesTest : public ::testing::Test {
 protected:
  void SetUp() override { device_ = CudaDevice::Open(0).value(); }
  void TearDown() override { machine() = emulation::Machine(); }

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

TEST_F(CandidatesTest, ALostDeviceIsToldAsSuch) {
  machine().fault = cudaErrorLaunchFailure;
  EXPECT_NE(Fastest({{"a", 2.0f}, {"b", 1.0f}}).find("device is lost"),
            std::string::npos);
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

TEST_F(CapturedGraphTest, ASpoiledCaptureIsTakenAgain) {
  machine().spoiled_captures = 1;
  CapturedGraph graph;
  ASSERT_TRUE(graph.Capture(device_->compute(), [&] { return Work(); }).ok());
  Finish();
  EXPECT_EQ(called_, 2);
  EXPECT_EQ(ran_, 0);
  ASSERT_TRUE(graph.Launch(device_->compute()).ok());
  Finish();
  EXPECT_EQ(ran_, 1);
}

TEST_F(CapturedGraphTest, WorkThatFailsIsNotTriedAgain) {
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
  for (int i = 1; i <= 4; ++i) {
    ASSERT_TRUE((*program)->Launch().ok());
    Finish();
    EXPECT_EQ(ran_, i);
  }
  EXPECT_EQ(machine().spoiled_captures, 1000 - 3);
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
