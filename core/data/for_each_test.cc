#include "core/data/for_each.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "core/base/cancel.h"

namespace alexnet {
namespace {

// Even where all work is done before progress returns.
TEST(ForEachParallelTest, ProgressThatInterruptsIsNotCalledAgain) {
  CancelToken token;
  Interrupt interrupt;
  interrupt.token = &token;
  std::atomic<bool> told = false;
  int calls = 0;
  const Status status = ForEachParallel(
      1, 1, interrupt,
      [&](int, int64_t) {
        while (!told) std::this_thread::sleep_for(std::chrono::milliseconds(1));
        return Status();
      },
      [&](int64_t, int64_t) {
        ++calls;
        token.Cancel();
        told = true;
        // Long enough for the work to end.
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
      });
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace alexnet
