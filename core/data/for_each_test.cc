#include "core/data/for_each.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <future>

#include "core/base/cancel.h"
#include "core/base/failing_allocation.h"
#include "core/base/limited_child.h"

namespace alexnet {
namespace {

// Even where all work is done before progress returns.
TEST(ForEachParallelTest, ProgressThatInterruptsIsNotCalledAgain) {
  CancelToken token;
  Interrupt interrupt;
  interrupt.token = &token;
  std::promise<void> told;
  std::promise<void> ended;
  int calls = 0;
  const Status status = ForEachParallel(
      1, 1, interrupt,
      [&](int, int64_t) {
        told.get_future().wait();
        ended.set_value_at_thread_exit();
        return Status();
      },
      [&](int64_t, int64_t) {
        if (++calls > 1) return;
        token.Cancel();
        told.set_value();
        ended.get_future().wait();
      });
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
  EXPECT_EQ(calls, 1);
}

TEST(ForEachParallelTest, MemoryThatRunsOutNeverEndsTheProcess) {
  int whole = 0;
  testing::FailEachAllocation([&whole] {
    std::atomic<int64_t> done = 0;
    const Status status = ForEachParallel(
        100, 4, {},
        [&done](int, int64_t) {
          ++done;
          return Status();
        },
        nullptr);
    if (!status.ok()) {
      EXPECT_EQ(status.code(), StatusCode::kOutOfMemory);
      return;
    }
    EXPECT_EQ(done, 100);
    ++whole;
  });
  // Where a thread could not be started, and where nothing failed.
  EXPECT_GT(whole, 1);
}

// With the team at work, which the child does not have.
TEST(ForEachParallelTest, ProgressThatForksComesBackInTheChildToo) {
  EXPECT_EQ(EndOfChild([] {
              std::promise<void> told;
              pid_t child = -1;
              const Status status = ForEachParallel(
                  1, 1, {},
                  [&](int, int64_t) {
                    told.get_future().wait();
                    return Status();
                  },
                  [&](int64_t, int64_t) {
                    if (child >= 0) return;
                    child = fork();
                    if (child != 0) told.set_value();
                  });
              if (child == 0) {
                _exit(status.code() == StatusCode::kFailedPrecondition ? 0 : 1);
              }
              return status.ok() && EndOf(child) == "exit 0" ? 0 : 2;
            }),
            "exit 0");
}

}  // namespace
}  // namespace alexnet
