#include "core/base/worker.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <atomic>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/base/limited_child.h"

namespace alexnet {
namespace {

// Members of the team of a parallel region that `worker` runs.
int TeamSize(Worker& worker) {
  std::atomic<int> members{0};
  const Status status = worker.Run([&members] {
#pragma omp parallel
    ++members;
    return Status();
  });
  EXPECT_TRUE(status.ok());
  return members;
}

class WorkerTest : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Threads, WorkerTest, testing::Values(1, 3));

TEST_P(WorkerTest, TeamIsAsLargeAsAsked) {
  Worker worker(GetParam());
  EXPECT_EQ(worker.threads(), GetParam());
  EXPECT_EQ(TeamSize(worker), GetParam());
  EXPECT_EQ(TeamSize(worker), GetParam());
}

TEST_P(WorkerTest, TheCallersOwnTeamIsLeftAlone) {
  omp_set_num_threads(5);
  Worker worker(GetParam());
  EXPECT_EQ(TeamSize(worker), GetParam());
  EXPECT_EQ(omp_get_max_threads(), 5);
  EXPECT_FALSE(
      worker.Run([]() -> Status { throw std::runtime_error("x"); }).ok());
  EXPECT_EQ(omp_get_max_threads(), 5);
}

TEST_P(WorkerTest, WhatIsTooSmallIsZeroToTheTeamAlone) {
  const auto is_zero = [] {
    const volatile float small = 1e-39f;
    const volatile float least = 2e-38f;
    const volatile float half = 0.5f;
    return (small * 1e10f == 0.0f ? 1 : 0) + (least * half == 0.0f ? 2 : 0);
  };
  Worker worker(GetParam());
  std::atomic<int> members{0};
  const Status status = worker.Run([&]() -> Status {
#pragma omp parallel
    if (is_zero() == 3) ++members;
    return Status();
  });
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(members, GetParam());
  EXPECT_EQ(is_zero(), 0);
}

TEST_P(WorkerTest, StatusComesBack) {
  Worker worker(GetParam());
  EXPECT_EQ(worker.Run([] { return DataLossError("broken"); }).message(),
            "broken");
  EXPECT_TRUE(worker.Run([] { return Status(); }).ok());
}

TEST_P(WorkerTest, ExceptionsBecomeStatusAndTheWorkerGoesOn) {
  Worker worker(GetParam());
  const Status error =
      worker.Run([]() -> Status { throw std::runtime_error("went wrong"); });
  EXPECT_EQ(error.code(), StatusCode::kInternal);
  EXPECT_NE(error.message().find("went wrong"), std::string::npos);
  EXPECT_EQ(worker.Run([]() -> Status { throw std::bad_alloc(); }).code(),
            StatusCode::kOutOfMemory);
  EXPECT_EQ(worker.Run([]() -> Status { throw 7; }).code(),
            StatusCode::kInternal);
  EXPECT_TRUE(worker.Run([] { return Status(); }).ok());
}

TEST_P(WorkerTest, ManyCallersRunOneAtATimeAndGetTheirOwnStatus) {
  Worker worker(GetParam());
  int inside = 0;  // not atomic: the worker must keep the closures apart
  int ran = 0;
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  callers.reserve(8);
  for (int caller = 0; caller < 8; ++caller) {
    callers.emplace_back([&, caller] {
      for (int i = 0; i < 100; ++i) {
        const std::string name = std::to_string(caller * 100 + i);
        const Status status = worker.Run([&] {
          if (++inside != 1) ++wrong;
          ++ran;
          --inside;
          return NotFoundError(name);
        });
        if (status.message() != name) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(ran, 800);
}

TEST_P(WorkerTest, WorkInsideWorkRunsAtOnce) {
  Worker worker(GetParam());
  std::thread::id outer;
  std::thread::id inner;
  const Status status = worker.Run([&] {
    outer = std::this_thread::get_id();
    return worker.Run([&] {
      inner = std::this_thread::get_id();
      return NotFoundError("inner");
    });
  });
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(inner, outer);
}

TEST(WorkerThreadTest, OneThreadRunsOnItsCallerMoreOnTheWorkersOwn) {
  for (const int threads : {1, 2}) {
    Worker worker(threads);
    std::vector<std::thread::id> ids;
    for (int i = 0; i < 2; ++i) {
      EXPECT_TRUE(worker
                      .Run([&ids] {
                        ids.push_back(std::this_thread::get_id());
                        return Status();
                      })
                      .ok());
    }
    EXPECT_EQ(ids[0], ids[1]);
    EXPECT_EQ(ids[0] == std::this_thread::get_id(), threads == 1);
  }
}

TEST(WorkerThreadTest, FewerThanOneThreadIsOne) {
  EXPECT_EQ(Worker(0).threads(), 1);
  EXPECT_EQ(Worker(-3).threads(), 1);
}

// In a process that may start `more` threads: whether a worker that is asked
// for `asked` computes on `want`, and goes on when its regions shrink and grow.
int RunUnderALimit(int more, int asked, int want) {
  constexpr int kCannot = 77;
  if (!LimitThreads(more)) return kCannot;
  Worker worker(asked);
  if (worker.asked() != asked || worker.threads() != want) return 1;
  std::atomic<int> members{0};
  constexpr int kTimes = 300;
  const Status status = worker.Run([&members] {
    for (int i = 0; i < kTimes; ++i) {
#pragma omp parallel num_threads(1 + i % 2)
      static_cast<void>(0);
#pragma omp parallel
      ++members;
    }
    return Status();
  });
  return status.ok() && members == kTimes * want ? 0 : 2;
}

TEST(WorkerThreadTest, TakesTheThreadsThatThereAre) {
  constexpr int kAsked = 4;
  // The worker's own thread, and two for each further member.
  const int want[] = {1, 1, 1, 2, 2, 3, 3, 4, 4};
  for (int more = 0; more < 9; ++more) {
    const std::string end =
        EndOfChild([&] { return RunUnderALimit(more, kAsked, want[more]); });
    if (end == "exit 77") GTEST_SKIP() << "needs root to limit threads";
    EXPECT_EQ(end, "exit 0") << more << " threads allowed";
  }
}

}  // namespace
}  // namespace alexnet
