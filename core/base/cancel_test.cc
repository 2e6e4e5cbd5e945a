#include "core/base/cancel.h"

#include <gtest/gtest.h>

#include <thread>

namespace alexnet {
namespace {

using std::chrono::hours;
using std::chrono::steady_clock;

TEST(InterruptTest, WithoutTokenAndDeadlineNothingStops) {
  EXPECT_TRUE(Interrupt{}.Check().ok());
}

TEST(InterruptTest, TokenFiredOnAnotherThreadStops) {
  CancelToken token;
  const Interrupt interrupt{.token = &token, .deadline = {}};
  EXPECT_TRUE(interrupt.Check().ok());
  std::thread([&token] { token.Cancel(); }).join();
  EXPECT_EQ(interrupt.Check().code(), StatusCode::kCancelled);
}

TEST(InterruptTest, DeadlineStopsOnlyOnceItHasPassed) {
  Interrupt interrupt;
  interrupt.deadline = steady_clock::now() + hours(1);
  EXPECT_TRUE(interrupt.Check().ok());
  interrupt.deadline = steady_clock::now() - hours(1);
  EXPECT_EQ(interrupt.Check().code(), StatusCode::kDeadlineExceeded);
}

TEST(InterruptTest, CancelTakesPrecedenceOverDeadline) {
  CancelToken token;
  token.Cancel();
  const Interrupt interrupt{.token = &token,
                            .deadline = steady_clock::now() - hours(1)};
  EXPECT_EQ(interrupt.Check().code(), StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
