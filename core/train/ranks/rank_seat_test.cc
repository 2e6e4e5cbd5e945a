#include "core/train/ranks/rank_seat.h"

#include <gtest/gtest.h>
#include <sched.h>

#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

TEST(RankSeatTest, RanksOfOneMachineAreCounted) {
  const Status status = RunLocalRanks(3, {}, [](Communicator& comm) -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const RankSeat seat, FindSeat(comm));
    EXPECT_EQ(seat.number, comm.rank());
    EXPECT_EQ(seat.ranks, 3);
    EXPECT_EQ(seat.sharer, comm.rank());
    EXPECT_EQ(seat.sharers, 3);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

// As mpirun binds them: affinity is a thread's.
TEST(RankSeatTest, ARankWithProcessorsOfItsOwnSharesThemWithNobody) {
  cpu_set_t mine;
  ASSERT_EQ(sched_getaffinity(0, sizeof(mine), &mine), 0);
  if (CPU_COUNT(&mine) < 2) GTEST_SKIP() << "this machine has one processor";
  int first = 0;
  while (!CPU_ISSET(first, &mine)) ++first;
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    if (comm.rank() == 1) {
      cpu_set_t one;
      CPU_ZERO(&one);
      CPU_SET(first, &one);
      EXPECT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
    }
    ALEXNET_ASSIGN_OR_RETURN(const RankSeat seat, FindSeat(comm));
    EXPECT_EQ(seat.number, comm.rank());
    EXPECT_EQ(seat.ranks, 3);
    EXPECT_EQ(seat.sharers, comm.rank() == 1 ? 1 : 2);
    EXPECT_EQ(seat.sharer, comm.rank() == 2 ? 1 : 0);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(RankSeatTest, AllKnowTheDevicesOfAll) {
  const Status status = RunLocalRanks(2, {}, [](Communicator& comm) -> Status {
    const RankDevice own = {comm.rank() == 0 ? "cpu" : "reference",
                            3 + comm.rank()};
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<RankDevice> all,
                             GatherDevices(own, comm));
    EXPECT_EQ(all.size(), 2u);
    EXPECT_EQ(all[0].name, "cpu");
    EXPECT_EQ(all[0].threads, 3);
    EXPECT_EQ(all[1].name, "reference");
    EXPECT_EQ(all[1].threads, 4);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

}  // namespace
}  // namespace alexnet
