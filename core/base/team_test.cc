#include "core/base/team.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "core/base/cpu.h"
#include "core/base/failing_allocation.h"
#include "core/base/limited_child.h"

namespace alexnet {
namespace {

// A job of `fn(slot, piece)`.
template <typename Fn>
void RunJob(Team& team, int pieces, Fn&& fn) {
  using Callable = std::remove_reference_t<Fn>;
  team.Run(
      pieces,
      [](void* context, int slot, int piece) {
        (*static_cast<Callable*>(context))(slot, piece);
      },
      &fn);
}

// Each member takes one piece of it, since none ends before all have begun.
std::vector<int> SlotsOfAll(Team& team) {
  std::vector<int> slots(static_cast<size_t>(team.size()), -1);
  std::atomic<int> begun{0};
  RunJob(team, team.size(), [&](int slot, int piece) {
    slots[static_cast<size_t>(piece)] = slot;
    ++begun;
    while (begun < team.size()) std::this_thread::yield();
  });
  std::sort(slots.begin(), slots.end());
  return slots;
}

TEST(TeamTest, IsAsLargeAsAskedAndAtLeastItsCaller) {
  EXPECT_EQ(Team(-1).size(), 1);
  EXPECT_EQ(Team(0).size(), 1);
  EXPECT_EQ(Team(1).size(), 1);
  EXPECT_EQ(Team(5).size(), 5);
}

TEST(TeamTest, DoesEachPieceOnceInASlotOfItsOwn) {
  std::mt19937 random(1);
  for (const int members : {1, 2, 3, 8}) {
    Team team(members);
    for (int round = 0; round < 300; ++round) {
      const auto pieces = static_cast<int>(random() % 40);
      std::vector<int> done(static_cast<size_t>(pieces), 0);
      // Not atomic: no two pieces at a time have one slot.
      std::vector<int64_t> of_slot(static_cast<size_t>(members), 0);
      RunJob(team, pieces, [&](int slot, int piece) {
        ++done[static_cast<size_t>(piece)];
        ++of_slot.at(static_cast<size_t>(slot));
      });
      EXPECT_EQ(done, std::vector<int>(done.size(), 1));
      int64_t sum = 0;
      for (const int64_t count : of_slot) sum += count;
      EXPECT_EQ(sum, pieces);
    }
  }
}

TEST(TeamTest, WakesAsManyAsThereIsWorkFor) {
  Team team(AvailableCpus() + 3);  // more than processors: they sleep
  for (int round = 0; round < 100; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::atomic<int> begun{0};
    std::array<int, 2> slots = {};
    RunJob(team, 2, [&](int slot, int piece) {
      slots[static_cast<size_t>(piece)] = slot;
      ++begun;
      while (begun < 2) std::this_thread::yield();
    });
    EXPECT_NE(slots[0], slots[1]);
  }
}

// With more members than processors they sleep at once; the pause lets others
// fall asleep, too, which is what is tested where it is long enough.
TEST(TeamTest, WakesAllItsMembers) {
  for (const int members : {2, AvailableCpus() + 1}) {
    Team team(members);
    std::vector<int> all(static_cast<size_t>(members));
    for (int slot = 0; slot < members; ++slot) {
      all[static_cast<size_t>(slot)] = slot;
    }
    for (int round = 0; round < 100; ++round) {
      EXPECT_EQ(SlotsOfAll(team), all);
      if (round % 2 == 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
      }
    }
  }
}

TEST(TeamTest, OthersTakeThePiecesOfOneThatIsHeldUp) {
  for (const int members : {2, 4}) {
    Team team(members);
    for (int held : {0, 1, 7}) {
      std::atomic<int> done{0};
      RunJob(team, 8, [&](int, int piece) {
        while (piece == held && done < 7) std::this_thread::yield();
        ++done;
      });
      EXPECT_EQ(done, 8);
    }
  }
}

// The child has none of the team's threads, which are the latest that there
// can be.
TEST(TeamTest, TheCallerNeedsNoneOfTheOthers) {
  Team team(4);
  SlotsOfAll(team);
  EXPECT_EQ(EndOfChild([&team] {
              std::atomic<int> done{0};
              for (int job = 0; job < 100; ++job) {
                RunJob(team, 16, [&done](int slot, int) {
                  if (slot == 0) ++done;
                });
              }
              return done == 1600 ? 0 : 1;
            }),
            "exit 0");
  EXPECT_EQ(SlotsOfAll(team), (std::vector<int>{0, 1, 2, 3}));
}

TEST(TeamTest, CanBeDestroyedInAChild) {
  auto team = std::make_unique<Team>(3);
  EXPECT_EQ(EndOfChild([&team] {
              team.reset();
              return 0;
            }),
            "exit 0");
  EXPECT_EQ(SlotsOfAll(*team), (std::vector<int>{0, 1, 2}));
}

TEST(TeamTest, AJobAllocatesNothing) {
  Team team(2);
  int calls = 0;
  ::alexnet::testing::FailEachAllocation([&] {
    ++calls;
    RunJob(team, 8, [](int, int) {});
  });
  EXPECT_EQ(calls, 1);
}

// Jobs so short that members come to them late. Each has another place and
// other pieces than the one before, and is gone when the next one begins.
TEST(TeamTest, MembersThatComeLateTouchNoOtherJob) {
  struct Job {
    bool here = false;
    std::atomic<int> sum{0};
  };
  for (const int members : {2, 3, AvailableCpus() + 2}) {
    Team team(members);
    std::vector<Job> jobs(7);
    std::atomic<int> wrong{0};
    for (int i = 0; i < 20000; ++i) {
      Job& job = jobs[static_cast<size_t>(i) % jobs.size()];
      job.here = true;
      job.sum = 0;
      const int pieces = 2 + i % 5;
      RunJob(team, pieces, [&job, &wrong, pieces](int, int piece) {
        if (!job.here || piece < 0 || piece >= pieces) ++wrong;
        job.sum += 1 << (4 * piece);
      });
      ASSERT_EQ(job.sum, 0x111111 & ((1 << (4 * pieces)) - 1));
      job.here = false;
    }
    EXPECT_EQ(wrong, 0);
  }
}

TEST(TeamTest, ManyTeamsShareTheProcessors) {
  constexpr int kCallers = 4;
  constexpr int kJobs = 500;
  std::vector<std::thread> callers;
  callers.reserve(kCallers);
  std::atomic<int64_t> sum{0};
  for (int caller = 0; caller < kCallers; ++caller) {
    callers.emplace_back([&sum] {
      Team team(6);
      for (int job = 0; job < kJobs; ++job) {
        RunJob(team, 24, [&sum](int, int piece) { sum += piece; });
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(sum, 4 * kJobs * (24 * 23 / 2));
}

TEST(TeamTest, EndsWhateverItsMembersDo) {
  for (int round = 0; round < 200; ++round) {
    Team team(3);
    if (round % 2 == 0) RunJob(team, round % 7, [](int, int) {});
  }
}

TEST(TeamTest, WhatIsTooSmallIsZeroToItsOwnThreads) {
  const auto is_zero = [] {
    const volatile float small = 1e-39f;
    const volatile float least = 2e-38f;
    const volatile float half = 0.5f;
    return small * 1e10f == 0.0f && least * half == 0.0f;
  };
  Team team(3);
  std::atomic<int> begun{0};
  std::atomic<int> zeros{0};
  RunJob(team, 3, [&](int slot, int) {
    ++begun;
    while (begun < 3) std::this_thread::yield();
    if (slot > 0 && is_zero()) ++zeros;
  });
  EXPECT_EQ(zeros, 2);
  EXPECT_FALSE(is_zero());
}

TEST(TeamTest, TakesTheThreadsThatThereAre) {
  for (const int more : {0, 1, 2, 3, 9}) {
    const std::string end = EndOfChild([more] {
      if (!LimitThreads(more)) return 77;
      Team team(4);
      if (team.size() != 1 + std::min(more, 3)) return 1;
      return SlotsOfAll(team).back() == team.size() - 1 ? 0 : 2;
    });
    if (end == "exit 77") GTEST_SKIP() << "needs root to limit threads";
    EXPECT_EQ(end, "exit 0") << more << " threads allowed";
  }
}

TEST(TeamTest, TakesTheThreadsWhoseStacksFit) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need address space of their own";
#endif
  EXPECT_EQ(EndOfChild([] {
              LimitAddressSpace(20 << 20);  // stacks are of 8 MiB
              Team team(64);
              LiftAddressSpaceLimit();
              if (team.size() >= 64) return 1;
              return SlotsOfAll(team).back() == team.size() - 1 ? 0 : 2;
            }),
            "exit 0");
}

}  // namespace
}  // namespace alexnet
