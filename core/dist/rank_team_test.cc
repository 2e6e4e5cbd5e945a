#include "core/dist/rank_team.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/base/limited_child.h"

namespace alexnet {
namespace {

Status SumOfOnes(Communicator& comm, int64_t* sum) {
  int64_t one = 1;
  ALEXNET_RETURN_IF_ERROR(comm.AllReduce(&one, &one, 1, ElementType::kI64));
  ALEXNET_RETURN_IF_ERROR(comm.Finish());
  *sum = one;
  return Status();
}

TEST(RankTeamTest, EachWorkRunsOnTheSameThreads) {
  auto team = RankTeam::Create(3);
  ASSERT_TRUE(team.ok()) << team.status().ToString();
  EXPECT_EQ((*team)->size(), 3);
  std::vector<std::thread::id> first(3);
  for (int i = 0; i < 100; ++i) {
    std::vector<int64_t> sums(3);
    std::vector<std::thread::id> threads(3);
    const Status status = (*team)->Run([&](Communicator& comm) {
      const auto rank = static_cast<size_t>(comm.rank());
      threads[rank] = std::this_thread::get_id();
      return SumOfOnes(comm, &sums[rank]);
    });
    ASSERT_TRUE(status.ok()) << status.ToString();
    EXPECT_EQ(sums, std::vector<int64_t>(3, 3));
    if (i == 0) first = threads;
    EXPECT_EQ(threads, first);
  }
  EXPECT_EQ(first[0], std::this_thread::get_id());
}

class FailingTeamTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(Ranks, FailingTeamTest, ::testing::Values(0, 1, 2));

// The others wait for it.
TEST_P(FailingTeamTest, ARankThatThrowsEndsTheTeam) {
  const auto team = RankTeam::Create(3).value();
  int64_t sum = 0;
  const Status status = team->Run([&](Communicator& comm) {
    if (comm.rank() == GetParam()) throw std::bad_alloc();
    int64_t lost = 0;
    return SumOfOnes(comm, &lost);
  });
  EXPECT_EQ(status.code(), StatusCode::kOutOfMemory);
  EXPECT_NE(status.message().find("rank " + std::to_string(GetParam())),
            std::string_view::npos)
      << status.ToString();
  // For good, and without asking.
  const Status again = team->Run([&](Communicator& comm) {
    ++sum;
    return SumOfOnes(comm, &sum);
  });
  EXPECT_EQ(again.message(), status.message());
  EXPECT_EQ(sum, 0);
}

TEST(RankTeamTest, IsOfNoUseInAChildOfFork) {
  const auto team = RankTeam::Create(2).value();
  EXPECT_EQ(EndOfChild([&] {
              const Status status =
                  team->Run([](Communicator&) { return Status(); });
              return status.code() == StatusCode::kFailedPrecondition ? 0 : 1;
            }),
            "exit 0");
  EXPECT_EQ(EndOfChild([] {
              auto made = RankTeam::Create(2).value();
              return EndOfChild([&] {
                       made.reset();
                       return 0;
                     }) == "exit 0"
                         ? 0
                         : 1;
            }),
            "exit 0");
}

TEST(RankTeamTest, IsNotMadeWhereThreadsCannotBeStarted) {
  const std::string end = EndOfChild([] {
    // Enough for some of the ranks.
    if (!LimitThreads(5)) return 2;
    const auto team = RankTeam::Create(8);
    return !team.ok() ? 0 : 1;
  });
  if (end == "exit 2") GTEST_SKIP() << "threads cannot be limited here";
  EXPECT_EQ(end, "exit 0");
}

}  // namespace
}  // namespace alexnet
