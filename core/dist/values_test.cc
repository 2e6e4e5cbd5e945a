#include "core/dist/values.h"

#include <gtest/gtest.h>

#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

struct Pair {
  int32_t rank = -1;
  double half = 0.0;
};

TEST(ValuesTest, AllHaveRank0s) {
  const Status status = RunLocalRanks(3, {}, [](Communicator& comm) -> Status {
    Pair pair = {comm.rank() + 7, comm.rank() + 0.5};
    ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&pair, comm));
    EXPECT_EQ(pair.rank, 7);
    EXPECT_EQ(pair.half, 0.5);
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

TEST(ValuesTest, AllHaveThoseOfAllByRank) {
  const Status status = RunLocalRanks(3, {}, [](Communicator& comm) -> Status {
    const Pair own = {comm.rank(), comm.rank() + 0.5};
    ALEXNET_ASSIGN_OR_RETURN(const std::vector<Pair> all,
                             GatherFromAll(own, comm));
    EXPECT_EQ(all.size(), 3u);
    for (int rank = 0; rank < 3; ++rank) {
      EXPECT_EQ(all[static_cast<size_t>(rank)].rank, rank);
      EXPECT_EQ(all[static_cast<size_t>(rank)].half, rank + 0.5);
    }
    return Status();
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
}

}  // namespace
}  // namespace alexnet
