// On the emulated GPU, whose memory is the host's, and whose library for
// collective operations adds in another order than that of ranks.

#include "core/dist/linked_device_group.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cmath>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/dist/testing/early_copy.h"
#include "core/dist/testing/failed_call.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {
namespace {

using emulation::machine;

constexpr std::array kSizes = {1, 2, 3, 4};

using Backends = std::vector<std::shared_ptr<Backend>>;

Backends MakeBackends(int count) {
  Backends backends;
  for (int rank = 0; rank < count; ++rank) {
    backends.push_back(testing::MakeTestBackend({}));
  }
  return backends;
}

Group MakeGroup(int size) {
  return CreateLinkedDeviceGroup(MakeBackends(size)).value();
}

[[maybe_unused]] const bool registered = RegisterConformanceTests(
    "LinkedDeviceGroupConformance", kSizes, MakeGroup, Sums::kInAnyOrder);

class LinkedDeviceGroupTest : public ::testing::Test {
 protected:
  void TearDown() override { machine() = emulation::Machine(); }
};

TEST_F(LinkedDeviceGroupTest, ARankThatDoesNotComeIsNamed) {
  auto group = CreateLinkedDeviceGroup(MakeBackends(2),
                                       {.late = std::chrono::milliseconds(50)});
  ASSERT_TRUE(group.ok()) << group.status().ToString();
  std::latch failed(1);
  RunOnThreads(*std::move(group), [&](Communicator& comm) {
    if (comm.rank() == 1) return failed.wait();
    // It may be too late already.
    static_cast<void>(comm.Barrier());
    const Status status = comm.Finish();
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    EXPECT_NE(status.message().find("rank 1 did not come to a barrier"),
              std::string::npos)
        << status.message();
    failed.count_down();
  });
}

// Of what was recorded nothing else is heard of before it runs.
TEST_F(LinkedDeviceGroupTest, ARankThatDoesNotLaunchIsNamed) {
  auto group = CreateLinkedDeviceGroup(MakeBackends(2),
                                       {.late = std::chrono::milliseconds(50)});
  ASSERT_TRUE(group.ok()) << group.status().ToString();
  std::latch failed(1);
  RunOnThreads(*std::move(group), [&](Communicator& comm) {
    if (comm.rank() == 1) return failed.wait();
    EXPECT_TRUE(comm.BeginProgram().ok());
    while (comm.Check().ok()) std::this_thread::yield();
    EXPECT_EQ(comm.Check().code(), StatusCode::kDeadlineExceeded);
    EXPECT_EQ(comm.BeginProgram().code(), StatusCode::kDeadlineExceeded);
    failed.count_down();
  });
}

TEST_F(LinkedDeviceGroupTest, WhatALinkMeetsEndsAllRanks) {
  Group group = MakeGroup(2);
  machine().link_problem = "a cable is out";
  RunOnThreads(std::move(group), [](Communicator& comm) {
    Status status;
    while (status.ok()) status = comm.Finish();
    EXPECT_EQ(status.code(), StatusCode::kIo);
    EXPECT_NE(status.message().find("a cable is out"), std::string::npos)
        << status.message();
    EXPECT_EQ(comm.Check().ToString(), status.ToString());
  });
}

// Rank 0 waits while the device of rank 1 has nothing to receive yet.
TEST_F(LinkedDeviceGroupTest, ARankGoesOnWhenItsOwnOperationHasEnded) {
  std::latch asked(2);
  std::latch sent(1);
  RunOnThreads(MakeGroup(3), [&](Communicator& comm) {
    float value = 0.0f;
    if (comm.rank() == 0) {
      value = 3.0f;
      asked.wait();
      EXPECT_TRUE(comm.Send(&value, 1, ElementType::kF32, 2).ok());
      EXPECT_TRUE(comm.Finish().ok());
      EXPECT_TRUE(comm.Send(&value, 1, ElementType::kF32, 1).ok());
      EXPECT_TRUE(comm.Finish().ok());
      sent.count_down();
    } else {
      EXPECT_TRUE(comm.Receive(&value, 1, ElementType::kF32, 0).ok());
      asked.count_down();
      sent.wait();
      EXPECT_TRUE(comm.Finish().ok());
    }
    EXPECT_EQ(value, 3.0f);
  });
}

// All links are looked at, and aborted, as long as one rank is there.
TEST_F(LinkedDeviceGroupTest, BackendsStayUntilTheLastRankHasGone) {
  Backends backends = MakeBackends(2);
  const std::weak_ptr<Backend> first = backends.front();
  Group group = CreateLinkedDeviceGroup(backends).value();
  backends.clear();
  group.front().reset();
  EXPECT_FALSE(first.expired());
  group.clear();
  EXPECT_TRUE(first.expired());
}

TEST_F(LinkedDeviceGroupTest, AMissingFenceShows) {
  const Backends backends = MakeBackends(2);
  ExpectOldValuesWithoutAFence(backends,
                               CreateLinkedDeviceGroup(backends).value());
}

TEST_F(LinkedDeviceGroupTest, NothingIsWrittenAfterFinish) {
  for (const int ranks : {2, 3}) {
    SCOPED_TRACE(std::to_string(ranks) + " ranks");
    ExpectNothingWrittenAfterFinish(ranks, MakeBackends,
                                    [](const Backends& backends) {
                                      return CreateLinkedDeviceGroup(backends);
                                    });
  }
}

TEST_F(LinkedDeviceGroupTest, NeedsALibrary) {
  machine().no_links = true;
  EXPECT_EQ(CreateLinkedDeviceGroup(MakeBackends(2)).status().code(),
            StatusCode::kUnsupported);
}

// One rank's recording comes to nothing where the other's does not, which both
// then do without.
TEST_F(LinkedDeviceGroupTest, OperationsAreRecordedWithWhatWaitsForThem) {
  constexpr int kLaunches = 6;
  constexpr int64_t kCount = 100;
  const Backends backends = MakeBackends(2);
  machine().spoiled_captures = 1;
  std::atomic<int> calls = 0;
  std::barrier together(2);
  std::array<std::atomic<bool>, 2> have = {};
  const auto run = [&](Communicator& comm) -> Status {
    Backend& backend = *backends[static_cast<size_t>(comm.rank())];
    std::vector<float> data(kCount, 1.0f);
    ALEXNET_ASSIGN_OR_RETURN(const auto summed, comm.CreateFence());
    const auto work = [&]() -> Status {
      ++calls;
      ALEXNET_RETURN_IF_ERROR(
          comm.AllReduce(data.data(), data.data(), kCount, ElementType::kF32));
      ALEXNET_RETURN_IF_ERROR(comm.Signal(*summed));
      return comm.Wait(*summed);
    };
    const auto vote = [&](bool recorded) -> Result<bool> {
      have[static_cast<size_t>(comm.rank())] = recorded;
      together.arrive_and_wait();
      const bool all = have[0] && have[1];
      together.arrive_and_wait();
      return all;
    };
    ALEXNET_ASSIGN_OR_RETURN(const auto program,
                             backend.device().Record(work, vote));
    for (int i = 0; i < kLaunches; ++i) {
      ALEXNET_RETURN_IF_ERROR(backend.Run([&] { return program->Launch(); }));
    }
    ALEXNET_RETURN_IF_ERROR(
        backend.Run([&] { return backend.device().Finish(); }));
    EXPECT_EQ(data, std::vector<float>(kCount, std::pow(2.0f, kLaunches)));
    return comm.Check();
  };
  RunOnThreads(CreateLinkedDeviceGroup(backends).value(),
               [&](Communicator& comm) {
                 const Status status = run(comm);
                 EXPECT_TRUE(status.ok()) << status.ToString();
               });
  EXPECT_LT(calls, 2 * kLaunches);
}

}  // namespace
}  // namespace alexnet
