#include "core/dist/rank_group.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <stdexcept>
#include <string>

namespace alexnet {
namespace {

TEST(RankGroupTest, EachRankRunsOnce) {
  std::array<std::atomic<int>, 4> runs = {};
  const Status status = RunLocalRanks(4, {}, [&](Communicator& comm) {
    ++runs[comm.rank()];
    int64_t one = 1;
    ALEXNET_RETURN_IF_ERROR(comm.AllReduce(&one, &one, 1, ElementType::kI64));
    const Status finished = comm.Finish();
    EXPECT_EQ(one, 4);
    return finished;
  });
  EXPECT_TRUE(status.ok()) << status.ToString();
  for (const auto& each : runs) EXPECT_EQ(each, 1);
}

class FailingRankTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Ranks, FailingRankTest, ::testing::Values(0, 1, 2));

TEST_P(FailingRankTest, EndsTheOthersAndIsNamed) {
  std::atomic<int> failed = 0;
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) {
    if (comm.rank() == GetParam()) {
      return DataLossError("it is cut").WithFile("cat.jpg");
    }
    Status waited = comm.Barrier();
    if (waited.ok()) waited = comm.Finish();
    if (!waited.ok()) ++failed;
    return waited;
  });
  EXPECT_EQ(failed, 2);
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.ToString(), "rank " + std::to_string(GetParam()) +
                                   " failed: cat.jpg: it is cut");
}

TEST_P(FailingRankTest, MayThrow) {
  const Status status = RunLocalRanks(3, {}, [&](Communicator& comm) {
    if (comm.rank() == GetParam()) throw std::runtime_error("oh");
    ALEXNET_RETURN_IF_ERROR(comm.Barrier());
    return comm.Finish();
  });
  EXPECT_EQ(status.message(), "rank " + std::to_string(GetParam()) +
                                  " failed: unexpected exception: oh");
}

TEST(RankGroupTest, OneThatIsAloneFailsWithItsOwnStatus) {
  const Status status = RunLocalRanks(
      1, {}, [](Communicator&) { return NotFoundError("no such layer"); });
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.ToString(), "no such layer");
}

}  // namespace
}  // namespace alexnet
