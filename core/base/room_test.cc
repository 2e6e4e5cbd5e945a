#include "core/base/room.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "core/base/limited_child.h"

namespace alexnet {
namespace {

constexpr size_t kMiB = size_t{1} << 20;

TEST(RoomTest, IsThereWithoutALimit) {
  if (RoomIsLimited()) GTEST_SKIP() << "the machine has a limit of its own";
  EXPECT_TRUE(HasComputeRoom(1));
  EXPECT_TRUE(CheckComputeRoom(16).ok());
}

TEST(RoomTest, GrowsByAStackAndAnArenaAMember) {
  EXPECT_GT(OpenMpStackBytes(), 0U);
  EXPECT_EQ(ComputeRoom(0), ComputeRoom(1));
  EXPECT_EQ(ComputeRoom(4) - ComputeRoom(1),
            3 * (OpenMpStackBytes() + 64 * kMiB));
}

TEST(RoomTest, IsHeldWhileItLives) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need address space of their own";
#endif
  EXPECT_EQ(EndOfChild([] {
              LimitAddressSpace(100 * kMiB);
              {
                const HeldRoom most(60 * kMiB);
                if (!most.held()) return 1;
                if (HeldRoom(60 * kMiB).held()) return 2;
              }
              return HeldRoom(60 * kMiB).held() ? 0 : 3;
            }),
            "exit 0");
}

TEST(RoomTest, IsMissedUnderALimitOnAddressSpaceOrData) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need address space of their own";
#endif
  const size_t room = ComputeRoom(1);
  EXPECT_EQ(EndOfChild([room] {
              LimitAddressSpace(room + kMiB);
              if (!HasComputeRoom(1) || HasComputeRoom(2)) return 1;
              LimitAddressSpace(room - kMiB);
              const Status status = CheckComputeRoom(1);
              if (status.code() != StatusCode::kOutOfMemory) return 2;
              if (status.message().find("96 MiB") == std::string::npos)
                return 3;
              LiftAddressSpaceLimit();
              if (!HasComputeRoom(2)) return 4;
              const rlimit data{1, RLIM_INFINITY};
              if (setrlimit(RLIMIT_DATA, &data) != 0) return 5;
              return HasComputeRoom(1) ? 6 : 0;
            }),
            "exit 0");
}

}  // namespace
}  // namespace alexnet
