#include "core/base/parallel.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

// On the current team.
Ranges Collect(int64_t n, int64_t grain) {
  Ranges ranges;
  std::mutex mutex;
  ParallelFor(n, grain, [&](int64_t begin, int64_t end) {
    const std::lock_guard<std::mutex> lock(mutex);
    ranges.emplace_back(begin, end);
  });
  std::sort(ranges.begin(), ranges.end());
  return ranges;
}

TEST(ParallelForTest, RangesCoverEverythingOnceWithinTheGrain) {
  for (const int members : {1, 2, 3, 7}) {
    Team team(members);
    const OnTeam on(team);
    EXPECT_EQ(TeamSize(), members);
    const size_t most =
        members == 1 ? 1 : static_cast<size_t>(members) * kRangesPerMember;
    for (const int64_t n : {1, 2, 5, 6, 7, 8, 100, 1000}) {
      for (const int64_t grain : {0, 1, 3, 64, 5000}) {
        const Ranges ranges = Collect(n, grain);
        ASSERT_FALSE(ranges.empty());
        EXPECT_LE(ranges.size(), most);
        int64_t next = 0;
        for (const auto& [begin, end] : ranges) {
          EXPECT_EQ(begin, next);
          EXPECT_GE(end - begin, std::min(n, std::max<int64_t>(grain, 1)));
          next = end;
        }
        EXPECT_EQ(next, n);
      }
    }
  }
}

TEST(ParallelForTest, TheSplitIsKnownAndRepeats) {
  Team team(2);
  const OnTeam on(team);
  const Ranges eight = {{0, 2}, {2, 4}, {4, 5}, {5, 6},
                        {6, 7}, {7, 8}, {8, 9}, {9, 10}};
  const Ranges three = {{0, 4}, {4, 7}, {7, 10}};
  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(Collect(10, 1), eight);
    EXPECT_EQ(Collect(10, 3), three);
  }
}

TEST(ParallelForTest, NothingToDoCallsNothing) {
  Team team(2);
  const OnTeam on(team);
  EXPECT_TRUE(Collect(0, 1).empty());
  EXPECT_TRUE(Collect(-5, 1).empty());
}

TEST(ParallelForTest, OneRangeWithoutATeam) {
  EXPECT_EQ(TeamSize(), 1);
  EXPECT_EQ(Collect(100, 1), (Ranges{{0, 100}}));
}

TEST(ParallelForTest, ATeamIsTheThreadsOwnAndLastsAsLongAsItIsOn) {
  Team two(2);
  Team three(3);
  {
    const OnTeam outer(two);
    EXPECT_EQ(TeamSize(), 2);
    {
      const OnTeam inner(three);
      EXPECT_EQ(TeamSize(), 3);
    }
    EXPECT_EQ(TeamSize(), 2);
    int elsewhere = 0;
    std::thread([&elsewhere] { elsewhere = TeamSize(); }).join();
    EXPECT_EQ(elsewhere, 1);
  }
  EXPECT_EQ(TeamSize(), 1);
}

TEST(ParallelForTest, RangesThatRunTogetherHaveDifferentSlotsAndThreads) {
  Team team(3);
  const OnTeam on(team);
  std::mutex mutex;
  std::set<int> slots;
  std::set<std::thread::id> threads;
  std::atomic<int> begun{0};
  ParallelFor(3, 1, [&](int slot, int64_t, int64_t) {
    {
      const std::lock_guard<std::mutex> lock(mutex);
      slots.insert(slot);
      threads.insert(std::this_thread::get_id());
    }
    ++begun;
    while (begun < 3) std::this_thread::yield();
  });
  EXPECT_EQ(slots, (std::set<int>{0, 1, 2}));
  EXPECT_EQ(threads.size(), 3u);
}

// Whether it is the only one or one of many.
TEST(ParallelForTest, OneRangeInsideAnother) {
  Team team(2);
  const OnTeam on(team);
  for (const int64_t n : {1, 2, 8}) {
    std::atomic<int> ranges{0};
    std::atomic<int> wrong{0};
    ParallelFor(n, 1, [&](int64_t, int64_t) {
      if (TeamSize() != 1) ++wrong;
      ParallelFor(100, 1, [&](int slot, int64_t begin, int64_t end) {
        if (slot != 0 || begin != 0 || end != 100) ++wrong;
        ++ranges;
      });
    });
    EXPECT_EQ(ranges, n);
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(TeamSize(), 2);
  }
}

}  // namespace
}  // namespace alexnet
