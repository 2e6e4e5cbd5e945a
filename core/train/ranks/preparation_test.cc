#include "core/train/ranks/preparation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "core/dist/rank_group.h"
#include "core/dist/run_rank.h"
#include "core/dist/testing/message_group.h"

namespace alexnet {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(1);

TEST(PreparationTest, OthersHearOfRank0UntilItIsDone) {
  std::atomic<int> heard = 0;
  std::atomic<bool> prepared = false;
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    if (comm.rank() == 0) {
      return PrepareWhileOthersWait(comm, kPeriod, {},
                                    [&](const Interrupt&) -> Status {
                                      while (heard < 20)
                                        std::this_thread::sleep_for(kPeriod);
                                      prepared = true;
                                      return Status();
                                    });
    }
    ALEXNET_RETURN_IF_ERROR(AwaitPreparation(comm, [&] { ++heard; }));
    EXPECT_TRUE(prepared);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(PreparationTest, WhatIsDoneAtOnceIsNotWaitedFor) {
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) {
    return comm.rank() == 0 ? PrepareWhileOthersWait(
                                  comm, std::chrono::hours(1), {},
                                  [](const Interrupt&) { return Status(); })
                            : AwaitPreparation(comm);
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(PreparationTest, AFailureOfRank0EndsTheWait) {
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) {
    return comm.rank() == 0
               ? PrepareWhileOthersWait(comm, kPeriod, {},
                                        [](const Interrupt&) {
                                          return IoError("the disk is full");
                                        })
               : AwaitPreparation(comm);
  });
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_NE(status.message().find("rank 0 failed: the disk is full"),
            std::string::npos)
      << status.ToString();
}

// Else rank 0 would prepare for ever.
Status PrepareUntilInterrupted(const Interrupt& interrupt) {
  while (true) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    std::this_thread::sleep_for(kPeriod);
  }
}

// As processes are, which hear of each other beside their operations.
TEST(PreparationTest, AnotherRankThatFailsEndsIt) {
  constexpr int kRanks = 3;
  for (const std::chrono::milliseconds period :
       {kPeriod, std::chrono::milliseconds(std::chrono::hours(1))}) {
    std::vector<Status> ends(kRanks);
    RunOnThreads(
        MakeMessageGroup(std::make_shared<MemoryNetwork>(kRanks), kRanks, {}),
        [&](Communicator& comm) {
          ends[static_cast<size_t>(comm.rank())] = RunRank(
              [period](Communicator& own) {
                if (own.rank() == 0) {
                  return PrepareWhileOthersWait(own, period, {},
                                                PrepareUntilInterrupted);
                }
                return own.rank() == 2 ? OutOfMemoryError("no room for it")
                                       : AwaitPreparation(own);
              },
              comm);
        });
    for (const Status& end : ends) {
      EXPECT_EQ(end.code(), StatusCode::kOutOfMemory);
      EXPECT_EQ(end.message(), "rank 2 failed: no room for it");
    }
  }
}

TEST(PreparationTest, TheCallerMayStillInterrupt) {
  CancelToken token;
  token.Cancel();
  Interrupt interrupt;
  interrupt.token = &token;
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) {
    return comm.rank() == 0 ? PrepareWhileOthersWait(comm, kPeriod, interrupt,
                                                     PrepareUntilInterrupted)
                            : AwaitPreparation(comm);
  });
  EXPECT_NE(status.message().find("cancelled by the caller"), std::string::npos)
      << status.ToString();
}

}  // namespace
}  // namespace alexnet
