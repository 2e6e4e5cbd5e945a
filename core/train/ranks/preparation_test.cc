#include "core/train/ranks/preparation.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

constexpr auto kPeriod = std::chrono::milliseconds(1);

TEST(PreparationTest, OthersHearOfRank0UntilItIsDone) {
  std::atomic<int> heard = 0;
  std::atomic<bool> prepared = false;
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    if (comm.rank() == 0) {
      return PrepareWhileOthersWait(comm, kPeriod, [&]() -> Status {
        while (heard < 20) std::this_thread::sleep_for(kPeriod);
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
    return comm.rank() == 0
               ? PrepareWhileOthersWait(comm, std::chrono::hours(1),
                                        [] { return Status(); })
               : AwaitPreparation(comm);
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(PreparationTest, AFailureOfRank0EndsTheWait) {
  const Status status = RunLocalRanks(2, {}, [&](Communicator& comm) {
    return comm.rank() == 0
               ? PrepareWhileOthersWait(
                     comm, kPeriod, [] { return IoError("the disk is full"); })
               : AwaitPreparation(comm);
  });
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_NE(status.message().find("rank 0 failed: the disk is full"),
            std::string::npos)
      << status.ToString();
}

}  // namespace
}  // namespace alexnet
