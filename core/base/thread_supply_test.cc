#include "core/base/thread_supply.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/base/limited_child.h"

namespace alexnet {
namespace {

constexpr int kCannot = 77;

TEST(ThreadSupplyTest, HasAllThatAreAskedForWithoutALimit) {
  EXPECT_EQ(StartableThreads(0, 0), 0);
  EXPECT_EQ(StartableThreads(-1, 0), 0);
  EXPECT_EQ(StartableThreads(1, 0), 1);
  EXPECT_EQ(StartableThreads(20, 1 << 20), 20);
}

TEST(ThreadSupplyTest, CountsWhatTheLimitOfTheUserAllowsEachTime) {
  for (const int more : {0, 1, 5, 9}) {
    const std::string end = EndOfChild([more] {
      if (!LimitThreads(more)) return kCannot;
      for (int i = 0; i < 20; ++i) {
        if (StartableThreads(8, 0) != std::min(more, 8)) return 1;
      }
      return 0;
    });
    if (end == "exit 77") GTEST_SKIP() << "needs root to limit threads";
    EXPECT_EQ(end, "exit 0") << more << " threads allowed";
  }
}

TEST(ThreadSupplyTest, CountsTheStacksThatFitTheAddressSpace) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need address space of their own";
#endif
  EXPECT_EQ(EndOfChild([] {
              constexpr int64_t kStack = 16 << 20;
              LimitAddressSpace(kStack * 7 / 2);
              const int startable = StartableThreads(8, kStack);
              return startable == 3 ? 0 : 1 + startable;
            }),
            "exit 0");
}

}  // namespace
}  // namespace alexnet
