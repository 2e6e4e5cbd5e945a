#include "core/dist/traffic.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "core/dist/rank_group.h"

namespace alexnet {
namespace {

using Kind = Operation::Kind;

void ExpectCount(const Traffic& traffic, Kind kind, int64_t operations,
                 int64_t bytes) {
  EXPECT_EQ(traffic.of(kind).operations, operations) << static_cast<int>(kind);
  EXPECT_EQ(traffic.of(kind).bytes, bytes) << static_cast<int>(kind);
}

TEST(TrafficTest, CountsWhatARankGives) {
  std::array<Traffic, 3> traffic;
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) -> Status {
    std::vector<float> in(6, 1.0f);
    std::vector<float> out(18);
    const int rank = comm.rank();
    const int next = (rank + 1) % 3;
    const int before = (rank + 2) % 3;
    for (const Status& put : {
             comm.AllReduce(in.data(), out.data(), 5, ElementType::kF32),
             comm.AllReduce(in.data(), in.data(), 1, ElementType::kF64),
             comm.AllGather(in.data(), out.data(), 6, ElementType::kF32),
             comm.ReduceScatter(in.data(), out.data(), 2, ElementType::kF32),
             comm.Broadcast(in.data(), 4, ElementType::kBF16, /*root=*/1),
             comm.Barrier(),
             comm.SendReceive(in.data(), 2, next, out.data(), 2, before,
                              ElementType::kF32),
         }) {
      ALEXNET_RETURN_IF_ERROR(put);
    }
    if (rank == 0) {
      ALEXNET_RETURN_IF_ERROR(comm.Send(in.data(), 3, ElementType::kF32, 2));
    } else if (rank == 2) {
      ALEXNET_RETURN_IF_ERROR(
          comm.Receive(out.data(), 3, ElementType::kF32, 0));
    }
    ALEXNET_RETURN_IF_ERROR(comm.Finish());
    // What is refused was not done.
    EXPECT_FALSE(comm.Send(in.data(), 1, ElementType::kF32, rank).ok());
    traffic[static_cast<size_t>(rank)] = comm.traffic();
    return Status();
  });
  ASSERT_TRUE(status.ok()) << status.ToString();
  for (int rank = 0; rank < 3; ++rank) {
    SCOPED_TRACE(rank);
    const Traffic& mine = traffic[static_cast<size_t>(rank)];
    ExpectCount(mine, Kind::kAllReduce, 2, 5 * 4 + 8);
    ExpectCount(mine, Kind::kAllGather, 1, 6 * 4);
    ExpectCount(mine, Kind::kReduceScatter, 1, 3 * 2 * 4);
    ExpectCount(mine, Kind::kBroadcast, 1, rank == 1 ? 4 * 2 : 0);
    ExpectCount(mine, Kind::kBarrier, 1, 0);
    ExpectCount(mine, Kind::kSendReceive, 1, 2 * 4);
    ExpectCount(mine, Kind::kSend, rank == 0 ? 1 : 0, rank == 0 ? 3 * 4 : 0);
    ExpectCount(mine, Kind::kReceive, rank == 2 ? 1 : 0, 0);
    EXPECT_EQ(mine.bytes(),
              28 + 24 + 24 + (rank == 1 ? 8 : 0) + 8 + (rank == 0 ? 12 : 0));
  }
}

}  // namespace
}  // namespace alexnet
