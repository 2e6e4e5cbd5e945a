#include "core/exec/arena.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <vector>

namespace alexnet {
namespace {

// The most bytes that are alive at one step: no layout can need less.
int64_t LowerBound(const std::vector<ArenaRequest>& requests, int steps) {
  int64_t most = 0;
  for (int step = 0; step < steps; ++step) {
    int64_t alive = 0;
    for (const ArenaRequest& r : requests) {
      if (r.first <= step && step <= r.last) {
        alive +=
            (r.bytes + kArenaAlignment - 1) / kArenaAlignment * kArenaAlignment;
      }
    }
    most = std::max(most, alive);
  }
  return most;
}

void ExpectValid(const std::vector<ArenaRequest>& requests,
                 const ArenaLayout& layout) {
  ASSERT_EQ(layout.offsets.size(), requests.size());
  for (size_t a = 0; a < requests.size(); ++a) {
    EXPECT_EQ(layout.offsets[a] % kArenaAlignment, 0);
    EXPECT_GE(layout.offsets[a], 0);
    EXPECT_LE(layout.offsets[a] + requests[a].bytes, layout.bytes);
    for (size_t b = 0; b < a; ++b) {
      const bool together = requests[a].first <= requests[b].last &&
                            requests[b].first <= requests[a].last;
      const bool disjoint =
          layout.offsets[a] + requests[a].bytes <= layout.offsets[b] ||
          layout.offsets[b] + requests[b].bytes <= layout.offsets[a];
      EXPECT_TRUE(!together || disjoint) << a << " and " << b;
    }
  }
}

TEST(ArenaTest, NothingNeedsNothing) {
  EXPECT_EQ(PlanArena({}).bytes, 0);
  const std::vector<ArenaRequest> empty = {{0, 0, 3}};
  EXPECT_EQ(PlanArena(empty).bytes, 0);
}

TEST(ArenaTest, AChainNeedsTwoNeighboursAtATime) {
  const std::vector<ArenaRequest> chain = {
      {1000, 0, 1}, {500, 1, 2}, {300, 2, 3}, {900, 3, 4}};
  const ArenaLayout layout = PlanArena(chain);
  ExpectValid(chain, layout);
  EXPECT_EQ(layout.bytes, 1024 + 512);
}

TEST(ArenaTest, TakesTheTightestGap) {
  // At step 2 the gaps left by the first five are 512 and 256 bytes wide.
  const std::vector<ArenaRequest> requests = {{2560, 0, 9}, {512, 0, 1},
                                              {2304, 0, 9}, {256, 0, 1},
                                              {2048, 0, 9}, {60, 2, 2}};
  const ArenaLayout layout = PlanArena(requests);
  ExpectValid(requests, layout);
  EXPECT_EQ(layout.bytes, LowerBound(requests, 10));
}

TEST(ArenaTest, RandomRequestsNeverOverlapAndStayNearTheBound) {
  std::mt19937 random(7);
  for (int round = 0; round < 50; ++round) {
    std::vector<ArenaRequest> requests;
    for (int i = 0; i < 40; ++i) {
      const int first = static_cast<int>(random() % 30);
      requests.push_back({static_cast<int64_t>(1 + random() % 100000), first,
                          first + static_cast<int>(random() % 6)});
    }
    const ArenaLayout layout = PlanArena(requests);
    ExpectValid(requests, layout);
    EXPECT_LE(layout.bytes, LowerBound(requests, 40) * 3 / 2);
  }
}

}  // namespace
}  // namespace alexnet
