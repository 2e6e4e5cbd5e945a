#include "core/base/thread_pool.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <chrono>
#include <future>
#include <vector>

namespace alexnet {
namespace {

TEST(ThreadPoolTest, DestructionRunsEveryTask) {
  std::atomic<int> ran{0};
  {
    ThreadPool pool(3, 4);
    for (int i = 0; i < 1000; ++i) pool.Submit([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

TEST(ThreadPoolTest, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    ThreadPool pool(1, 100);
    for (int i = 0; i < 100; ++i) {
      pool.Submit([&order, i] { order.push_back(i); });
    }
  }
  ASSERT_EQ(order.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<size_t>(i)], i);
}

TEST(ThreadPoolTest, HasTheThreadsAskedForAndAtLeastOne) {
  EXPECT_EQ(ThreadPool(3, 1).threads(), 3);
  EXPECT_EQ(ThreadPool(0, 0).threads(), 1);
  EXPECT_EQ(ThreadPool(-2, 1).threads(), 1);
}

// Each task waits until the other one has started.
TEST(ThreadPoolTest, TasksRunAtTheSameTime) {
  std::promise<void> started[2];
  std::atomic<int> met{0};
  {
    ThreadPool pool(2, 2);
    for (int i = 0; i < 2; ++i) {
      pool.Submit([&, i] {
        started[i].set_value();
        if (started[1 - i].get_future().wait_for(std::chrono::seconds(30)) ==
            std::future_status::ready) {
          ++met;
        }
      });
    }
  }
  EXPECT_EQ(met, 2);
}

TEST(ThreadPoolTest, SubmitWaitsWhileTheQueueIsFull) {
  std::promise<void> gate;
  std::shared_future<void> opened = gate.get_future().share();
  std::promise<void> busy;
  ThreadPool pool(1, 2);
  pool.Submit([&busy, opened] {
    busy.set_value();
    opened.wait();
  });
  busy.get_future().wait();
  pool.Submit([] {});
  pool.Submit([] {});
  std::future<void> third =
      std::async(std::launch::async, [&pool] { pool.Submit([] {}); });
  EXPECT_EQ(third.wait_for(std::chrono::milliseconds(100)),
            std::future_status::timeout);
  gate.set_value();
  EXPECT_EQ(third.wait_for(std::chrono::seconds(30)),
            std::future_status::ready);
}

TEST(ThreadPoolTest, TasksHaveAnOpenMpTeamOfOne) {
  omp_set_num_threads(4);
  std::atomic<int> team{0};
  {
    ThreadPool(1, 1).Submit([&team] { team = omp_get_max_threads(); });
  }
  EXPECT_EQ(team, 1);
  EXPECT_EQ(omp_get_max_threads(), 4);
}

}  // namespace
}  // namespace alexnet
