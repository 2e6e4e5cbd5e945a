#include "core/base/spread.h"

#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

namespace alexnet {
namespace {

TEST(SpreadTest, EveryPieceIsDoneOnce) {
  for (const int threads : {0, 1, 2, 7}) {
    for (const size_t count : {0, 1, 5, 1000}) {
      std::vector<std::atomic<int>> done(count);
      Spread(count, 1, threads, [&](size_t i) { ++done[i]; });
      for (const std::atomic<int>& times : done) EXPECT_EQ(times, 1);
    }
  }
}

TEST(SpreadTest, LittleWorkStaysOnThisThread) {
  std::mutex mutex;
  std::set<std::thread::id> ids;
  Spread(15, 8, 4, [&](size_t) {
    const std::lock_guard<std::mutex> lock(mutex);
    ids.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(ids, std::set<std::thread::id>{std::this_thread::get_id()});
}

// Two pieces that wait for each other end only on two threads.
TEST(SpreadTest, PiecesRunAtOnce) {
  std::atomic<int> arrived = 0;
  Spread(2, 1, 2, [&](size_t) {
    ++arrived;
    arrived.notify_all();
    for (int seen = arrived; seen < 2; seen = arrived) arrived.wait(seen);
  });
  EXPECT_EQ(arrived, 2);
}

}  // namespace
}  // namespace alexnet
