// On the emulated GPU, whose library links ranks by files that they share. Here
// ranks are threads; core/train:mpi_training_test has processes.

#include "core/dist/linked_processes.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/dist/run_rank.h"
#include "core/dist/testing/message_group.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {
namespace {

using emulation::machine;

constexpr std::array kSizes = {2, 3};

// Each on a GPU of its own: calls make(rank's host communicator, its backend).
template <typename Make>
void OnHosts(int size, const CommLimits& limits, const Make& make) {
  machine().devices = size;
  Group hosts =
      MakeMessageGroup(std::make_shared<MemoryNetwork>(size), size, limits);
  std::vector<std::shared_ptr<Communicator>> shared;
  for (auto& host : hosts) shared.push_back(std::move(host));
  std::vector<std::thread> threads;
  for (int rank = 0; rank < size; ++rank) {
    threads.emplace_back(
        [&make, rank, host = std::move(shared[static_cast<size_t>(rank)])] {
          CudaBackendOptions options;
          options.device = rank;
          make(host, testing::MakeTestBackend(options));
        });
  }
  for (std::thread& thread : threads) thread.join();
}

Result<std::unique_ptr<Communicator>> Link(
    const std::shared_ptr<Communicator>& host,
    const std::shared_ptr<Backend>& backend) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<ShownLink> links,
                           ShowLinks(*backend, *host));
  EXPECT_EQ(WhyNotLinked(links), "");
  return LinkProcesses(backend, host, links);
}

Group MakeLinked(int size, const CommLimits& limits) {
  Group group(static_cast<size_t>(size));
  OnHosts(size, limits, [&](const auto& host, const auto& backend) {
    auto linked = Link(host, backend);
    EXPECT_TRUE(linked.ok()) << linked.status().ToString();
    if (linked.ok()) {
      group[static_cast<size_t>(host->rank())] = *std::move(linked);
    }
  });
  return group;
}
Group MakeGroup(int size) { return MakeLinked(size, {}); }

[[maybe_unused]] const bool registered = RegisterConformanceTests(
    "LinkedProcessesConformance", kSizes, MakeGroup, Sums::kInAnyOrder);

class LinkedProcessesTest : public ::testing::Test {
 protected:
  void TearDown() override { machine() = emulation::Machine(); }
};

TEST_F(LinkedProcessesTest, SayWhoAdds) {
  RunOnThreads(MakeGroup(2), [](Communicator& comm) {
    EXPECT_EQ(comm.adder(), "emulated links");
    EXPECT_TRUE(comm.recordable());
  });
}

ShownLink Shown(const std::string& library, const std::string& device) {
  ShownLink link;
  library.copy(link.offer.library, sizeof(link.offer.library) - 1);
  device.copy(link.offer.device, sizeof(link.offer.device) - 1);
  return link;
}

TEST_F(LinkedProcessesTest, WhatCannotBeLinkedNamesTheRank) {
  const ShownLink first = Shown("NCCL 2.21.5", "a");
  EXPECT_EQ(WhyNotLinked({first, Shown("NCCL 2.21.5", "b")}), "");
  EXPECT_EQ(WhyNotLinked({first, Shown("NCCL 2.18.3", "b")}),
            "rank 0 has NCCL 2.21.5, and rank 1 NCCL 2.18.3");
  EXPECT_EQ(WhyNotLinked(
                {first, Shown("NCCL 2.21.5", "b"), Shown("NCCL 2.21.5", "b")}),
            "ranks 1 and 2 have one GPU");
  ShownLink without;
  std::snprintf(without.problem, sizeof(without.problem), "no libnccl.so.2");
  EXPECT_EQ(WhyNotLinked({first, without}), "rank 1: no libnccl.so.2");
  machine().no_links = true;
  OnHosts(2, {}, [](const auto& host, const auto& backend) {
    EXPECT_EQ(WhyNotLinked(ShowLinks(*backend, *host).value()),
              "rank 0: the emulation has no links");
  });
}

// Which the others would wait for, for ever.
TEST_F(LinkedProcessesTest, ARankThatFailsBeforeItJoinsIsNamed) {
  OnHosts(2, {}, [](const auto& host, const auto& backend) {
    const Status status = RunRank(
        [&](Communicator& comm) -> Status {
          ALEXNET_ASSIGN_OR_RETURN(const std::vector<ShownLink> links,
                                   ShowLinks(*backend, comm));
          if (comm.rank() == 1) return OutOfMemoryError("no room");
          return LinkProcesses(backend, host, links).status();
        },
        *host);
    EXPECT_EQ(status.message(), "rank 1 failed: no room");
  });
}

TEST_F(LinkedProcessesTest, ARankThatDoesNotJoinIsNotWaitedForForEver) {
  constexpr CommLimits kLimits = {.late = std::chrono::milliseconds(200)};
  std::latch given_up(1);
  OnHosts(2, {}, [&](const auto& host, const auto& backend) {
    const std::vector<ShownLink> links = ShowLinks(*backend, *host).value();
    if (host->rank() == 1) return given_up.wait();
    const Status status = LinkProcesses(backend, host, links, kLimits).status();
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    EXPECT_NE(status.message().find("not all ranks have linked their GPUs"),
              std::string::npos)
        << status.message();
    given_up.count_down();
  });
}

TEST_F(LinkedProcessesTest, ARankThatFailsEndsOperationsOfAll) {
  RunOnThreads(MakeGroup(3), [](Communicator& comm) {
    if (comm.rank() == 2) return comm.Abort(InternalError("out of luck"));
    static_cast<void>(comm.Barrier());
    const Status status = comm.Finish();
    EXPECT_EQ(status.message(), "rank 2 failed: out of luck");
  });
}

TEST_F(LinkedProcessesTest, WhatALinkMeetsEndsAllRanks) {
  Group group = MakeGroup(2);
  machine().link_problem = "a cable is out";
  RunOnThreads(std::move(group), [](Communicator& comm) {
    while (comm.Check().ok()) std::this_thread::yield();
    const Status status = comm.Check();
    EXPECT_EQ(status.code(), StatusCode::kIo);
    EXPECT_NE(status.message().find(" failed: a cable is out"),
              std::string::npos)
        << status.message();
  });
}

TEST_F(LinkedProcessesTest, ARankThatDoesNotLaunchIsNamed) {
  Group group = MakeLinked(2, {.late = std::chrono::milliseconds(50)});
  std::latch failed(1);
  RunOnThreads(std::move(group), [&](Communicator& comm) {
    if (comm.rank() == 1) return failed.wait();
    EXPECT_TRUE(comm.BeginProgram().ok());
    while (comm.Check().ok()) std::this_thread::yield();
    EXPECT_EQ(comm.Check().code(), StatusCode::kDeadlineExceeded);
    EXPECT_NE(comm.Check().message().find("rank 1 did not come to a barrier"),
              std::string::npos)
        << comm.Check().message();
    failed.count_down();
  });
}

TEST_F(LinkedProcessesTest, ARankThatDoesAnotherThingIsNamed) {
  RunOnThreads(MakeGroup(2), [](Communicator& comm) {
    if (comm.rank() == 0) {
      static_cast<void>(comm.Barrier());
    } else {
      static_cast<void>(comm.AllReduce(nullptr, nullptr, 0, ElementType::kF32));
    }
    const Status status = comm.Finish();
    EXPECT_NE(status.message().find(
                  "rank 0 calls a barrier, but rank 1 an all-reduce"),
              std::string::npos)
        << status.message();
  });
}

}  // namespace
}  // namespace alexnet
