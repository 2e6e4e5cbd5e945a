#include "core/base/parallel.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

using Ranges = std::vector<std::pair<int64_t, int64_t>>;

Ranges Collect(int64_t n, int64_t grain, int team) {
  omp_set_num_threads(team);
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
  for (const int team : {1, 2, 3, 7}) {
    for (const int64_t n : {1, 2, 5, 6, 7, 8, 100, 1000}) {
      for (const int64_t grain : {0, 1, 3, 64, 5000}) {
        const Ranges ranges = Collect(n, grain, team);
        ASSERT_FALSE(ranges.empty());
        EXPECT_LE(ranges.size(), static_cast<size_t>(team));
        EXPECT_EQ(TeamSize(), team);
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
  const Ranges expected = {{0, 4}, {4, 7}, {7, 10}};
  for (int i = 0; i < 50; ++i) EXPECT_EQ(Collect(10, 1, 3), expected);
}

TEST(ParallelForTest, NothingToDoCallsNothing) {
  EXPECT_TRUE(Collect(0, 1, 2).empty());
  EXPECT_TRUE(Collect(-5, 1, 2).empty());
}

TEST(ParallelForTest, RangesRunOnDifferentThreads) {
  omp_set_num_threads(3);
  std::vector<int> thread(3, -1);
  ParallelFor(3, 1, [&thread](int64_t begin, int64_t) {
    thread[static_cast<size_t>(begin)] = omp_get_thread_num();
  });
  std::sort(thread.begin(), thread.end());
  EXPECT_EQ(thread, (std::vector<int>{0, 1, 2}));
}

TEST(ParallelForTest, OneRangeInsideAnotherParallelRegion) {
  omp_set_num_threads(2);
  std::vector<int> inner(2, 0);
  ParallelFor(2, 1, [&inner](int64_t begin, int64_t) {
    ParallelFor(100, 1, [&inner, begin](int64_t, int64_t) {
      ++inner[static_cast<size_t>(begin)];
    });
  });
  EXPECT_EQ(inner, (std::vector<int>{1, 1}));
}

}  // namespace
}  // namespace alexnet
