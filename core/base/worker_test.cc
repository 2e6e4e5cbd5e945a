#include "core/base/worker.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "core/base/limited_child.h"
#include "core/base/parallel.h"

namespace alexnet {
namespace {

// Calls `fn` once on each member of the team of `worker`.
template <typename Fn>
Status OnEachMember(Worker& worker, const Fn& fn) {
  return worker.Run([&] {
    const int members = TeamSize();
    std::atomic<int> begun{0};
    ParallelFor(members, 1, [&](int64_t, int64_t) {
      ++begun;
      while (begun < members) std::this_thread::yield();
      fn();
    });
    return Status();
  });
}

int MembersOf(Worker& worker) {
  std::atomic<int> members{0};
  EXPECT_TRUE(OnEachMember(worker, [&members] { ++members; }).ok());
  return members;
}

class WorkerTest : public testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Threads, WorkerTest, testing::Values(1, 3));

TEST_P(WorkerTest, TeamIsAsLargeAsAsked) {
  Worker worker(GetParam());
  EXPECT_EQ(worker.threads(), GetParam());
  EXPECT_EQ(MembersOf(worker), GetParam());
  EXPECT_EQ(MembersOf(worker), GetParam());
}

TEST_P(WorkerTest, TheCallersOwnTeamIsLeftAlone) {
  Team own(5);
  const OnTeam on(own);
  Worker worker(GetParam());
  EXPECT_EQ(MembersOf(worker), GetParam());
  EXPECT_EQ(TeamSize(), 5);
  EXPECT_FALSE(
      worker.Run([]() -> Status { throw std::runtime_error("x"); }).ok());
  EXPECT_EQ(TeamSize(), 5);
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
  EXPECT_TRUE(OnEachMember(worker, [&] {
                if (is_zero() == 3) ++members;
              }).ok());
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

TEST_P(WorkerTest, RunsOnItsCaller) {
  Worker worker(GetParam());
  std::thread::id ran;
  EXPECT_TRUE(worker
                  .Run([&ran] {
                    ran = std::this_thread::get_id();
                    return Status();
                  })
                  .ok());
  EXPECT_EQ(ran, std::this_thread::get_id());
}

TEST_P(WorkerTest, WorkersThatRunTogetherHaveTeamsOfTheirOwn) {
  constexpr int kCallers = 3;
  std::vector<std::thread> callers;
  callers.reserve(kCallers);
  std::atomic<int> wrong{0};
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&wrong, members = GetParam()] {
      Worker worker(members);
      for (int i = 0; i < 50; ++i) {
        if (MembersOf(worker) != members) ++wrong;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(WorkerTest, AWorkerInsideAnothersWorkHasItsOwnTeam) {
  Worker outer(GetParam());
  Worker inner(2);
  EXPECT_TRUE(outer
                  .Run([&] {
                    EXPECT_EQ(MembersOf(inner), 2);
                    EXPECT_EQ(TeamSize(), GetParam());
                    // Its own again inside the other's.
                    return inner.Run([&] {
                      EXPECT_EQ(TeamSize(), 2);
                      EXPECT_EQ(MembersOf(outer), GetParam());
                      return Status();
                    });
                  })
                  .ok());
}

TEST_P(WorkerTest, RefusesInAChildAndCanBeDestroyedThere) {
  auto worker = std::make_unique<Worker>(GetParam());
  EXPECT_EQ(MembersOf(*worker), GetParam());
  EXPECT_EQ(EndOfChild([&worker] {
              const Status status = worker->Run([] { return Status(); });
              if (status.code() != StatusCode::kFailedPrecondition) return 1;
              worker.reset();
              return 0;
            }),
            "exit 0");
  EXPECT_EQ(MembersOf(*worker), GetParam());
}

// What is left of the work is done there by the one thread that there is.
TEST_P(WorkerTest, AChildThatIsMadeInsideAWorkEndsIt) {
  Worker worker(GetParam());
  std::string end;
  EXPECT_TRUE(worker
                  .Run([&end] {
                    end = EndOfChild([] {
                      std::atomic<int64_t> sum{0};
                      ParallelFor(100, 1, [&sum](int64_t begin, int64_t last) {
                        sum += last - begin;
                      });
                      return sum == 100 ? 0 : 1;
                    });
                    return Status();
                  })
                  .ok());
  EXPECT_EQ(end, "exit 0");
}

TEST(WorkerThreadTest, FewerThanOneThreadIsOne) {
  EXPECT_EQ(Worker(0).threads(), 1);
  EXPECT_EQ(Worker(-3).threads(), 1);
}

TEST(WorkerThreadTest, TakesTheThreadsThatThereAre) {
  constexpr int kAsked = 4;
  for (int more = 0; more < 6; ++more) {
    const std::string end = EndOfChild([more] {
      if (!LimitThreads(more)) return 77;
      Worker worker(kAsked);
      const int want = 1 + std::min(more, kAsked - 1);
      if (worker.asked() != kAsked || worker.threads() != want) return 1;
      return MembersOf(worker) == want ? 0 : 2;
    });
    if (end == "exit 77") GTEST_SKIP() << "needs root to limit threads";
    EXPECT_EQ(end, "exit 0") << more << " threads allowed";
  }
}

}  // namespace
}  // namespace alexnet
