// Timing candidates on the emulation, whose clock goes on by what an operation
// is said to take.

#include "core/backend/cuda/math/candidates.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/runtime/cuda_device.h"

namespace alexnet::cuda {
namespace {

using emulation::machine;

class FakeOperation : public Operation {
 public:
  FakeOperation(std::string name, float milliseconds, int64_t workspace = 0,
                cudaError_t fault = cudaSuccess, int* runs = nullptr)
      : name_(std::move(name)),
        milliseconds_(milliseconds),
        workspace_(workspace),
        fault_(fault),
        runs_(runs) {}
  int64_t workspace_bytes() const override { return workspace_; }
  std::string Name() const override { return name_; }
  Status Run(const KernelStream& stream, const Operands&) override {
    if (milliseconds_ < 0.0f) return InternalError("it does not run");
    if (fault_ != cudaSuccess) machine().fault = fault_;
    const auto work = [this] {
      machine().clock += milliseconds_;
      if (runs_ != nullptr) ++*runs_;
    };
    if (emulation::Send(stream.stream, work) != cudaSuccess) {
      return InternalError("the device is lost");
    }
    return Status();
  }

 private:
  const std::string name_;
  const float milliseconds_;  // negative: fails
  const int64_t workspace_;
  const cudaError_t fault_;  // what the device has from then on
  int* const runs_;          // counted there; may be null
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
    const auto fastest = FindFastest(device_->compute(), candidates, bytes);
    if (!fastest.ok()) return fastest.status().message();
    return candidates[fastest->index]->Name();
  }

  std::unique_ptr<CudaDevice> device_;
};

TEST_F(CandidatesTest, TheFastestIsTaken) {
  EXPECT_EQ(Fastest({{"slow", 2.0f}, {"fast", 1.0f}, {"slower", 3.0f}}),
            "fast");
  EXPECT_EQ(Fastest({{"fast", 1.0f}, {"slow", 2.0f}}), "fast");
  EXPECT_EQ(Fastest({{"only", 1.0f}}), "only");
}

// Each race runs the clock on for as long as it keeps the device warm, which is
// the more the faster the machine.
TEST_F(CandidatesTest, TheFastestIsTakenHoweverLongTheClockHasRun) {
  machine().clock = 1e9;
  EXPECT_EQ(Fastest({{"slow", 2.0f}, {"fast", 1.0f}}), "fast");
}

// Of those that are not warmed up.
TEST_F(CandidatesTest, WhatIsHopelessIsOutAfterTheFirstRound) {
  int hopeless = 0;
  int near = 0;
  EXPECT_EQ(Fastest({{"fast", 1.0f},
                     {"hopeless", 1.6f, 0, cudaSuccess, &hopeless},
                     {"near", 1.4f, 0, cudaSuccess, &near}}),
            "fast");
  EXPECT_EQ(hopeless, 3);
  // Five rounds of as many as take four milliseconds.
  EXPECT_EQ(near, 3 + 5 * 2);
}

TEST_F(CandidatesTest, LongOnesAreRepeatedLessOften) {
  int runs = 0;
  EXPECT_EQ(Fastest({{"fast", 50.0f}, {"near", 60.0f, 0, cudaSuccess, &runs}}),
            "fast");
  EXPECT_EQ(runs, 3 + 3);
  runs = 0;
  EXPECT_EQ(Fastest({{"fast", 0.1f}, {"near", 0.11f, 0, cudaSuccess, &runs}}),
            "fast");
  EXPECT_EQ(runs, 3 + 5 * 8);
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

TEST_F(CandidatesTest, OneIsTriedOnItsOwnBuffers) {
  const auto tried = [&](FakeOperation operation) {
    OperandBytes bytes;
    bytes.a = 1 << 20;
    return TryOut(device_->compute(), operation, bytes);
  };
  int runs = 0;
  EXPECT_TRUE(tried({"runs", 1.0f, 0, cudaSuccess, &runs}).ok());
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(tried({"fails", -1.0f}).message(), "it does not run");
  machine().memory = emulation::BytesInUse() + (16 << 20);
  EXPECT_TRUE(tried({"large", -1.0f, 64 << 20}).ok());
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  const Status lost = tried({"loses", 1.0f, 0, cudaErrorLaunchFailure});
  EXPECT_EQ(lost.code(), StatusCode::kIo) << lost.ToString();
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

// Those before the race is under way, and some of it.
TEST_F(CandidatesTest, WhicheverCallFailsNothingIsLeft) {
  struct Fault {
    cudaError_t error;
    bool lost;
  };
  for (const Fault& fault : {Fault{cudaErrorMemoryAllocation, false},
                             Fault{cudaErrorLaunchFailure, true}}) {
    for (int64_t at = 0; at < 60; ++at) {
      SCOPED_TRACE(at);
      const size_t bytes = emulation::BytesInUse();
      const int64_t objects = emulation::ObjectsInUse();
      emulation::FailCall(at, fault.error, fault.lost);
      const std::string fastest = Fastest({{"slow", 2.0f}, {"fast", 1.0f}});
      SCOPED_TRACE(emulation::FailedCall());
      if (fault.lost) {
        EXPECT_NE(fastest.find("device is lost"), std::string::npos) << fastest;
      } else {
        EXPECT_TRUE(fastest == "slow" || fastest == "fast" ||
                    fastest.find("cudaErrorMemoryAllocation") !=
                        std::string::npos)
            << fastest;
        EXPECT_EQ(cudaGetLastError(), cudaSuccess);
      }
      if (fault.lost) device_.reset();
      emulation::FailCall(-1, cudaSuccess, false);
      if (fault.lost) device_ = CudaDevice::Open(0).value();
      EXPECT_EQ(emulation::BytesInUse(), bytes);
      EXPECT_EQ(emulation::ObjectsInUse(), objects);
      EXPECT_EQ(Fastest({{"slow", 2.0f}, {"fast", 1.0f}}), "fast");
    }
  }
}

}  // namespace
}  // namespace alexnet::cuda
