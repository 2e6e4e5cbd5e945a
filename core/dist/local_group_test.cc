#include "core/dist/local_group.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <functional>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/limited_child.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {
namespace {

constexpr std::array kSizes = {1, 2, 3, 4, 7};

Group MakeGroup(int size) { return CreateLocalGroup(size).value(); }

[[maybe_unused]] const bool registered =
    RegisterConformanceTests("LocalGroupConformance", kSizes, MakeGroup);

TEST(LocalGroupTest, ARankThatDoesNotComeIsNamed) {
  auto group = CreateLocalGroup(2, {.late = std::chrono::milliseconds(50)});
  ASSERT_TRUE(group.ok());
  std::latch failed(1);
  RunOnThreads(std::move(group).value(), [&](Communicator& comm) {
    if (comm.rank() == 1) return failed.wait();
    EXPECT_TRUE(comm.Barrier().ok());
    const Status status = comm.Finish();
    EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
    EXPECT_NE(status.message().find("rank 1 did not come to a barrier"),
              std::string::npos)
        << status.message();
    failed.count_down();
  });
}

// Whoever ends in the middle ends the others, and once its communicator is
// gone, nobody touches its memory.
TEST(LocalGroupTest, EndingWithOperationsInTheQueueFailsTheOthers) {
  constexpr int64_t kCount = 1 << 16;
  const auto run = [](std::unique_ptr<Communicator>& given) {
    std::vector<float> data(kCount, 1.0f);
    const std::unique_ptr<Communicator> comm = std::move(given);
    const bool ends = comm->rank() == 1;
    for (int i = 0; i < (ends ? 3 : 6); ++i) {
      static_cast<void>(
          comm->AllReduce(data.data(), data.data(), kCount, ElementType::kF32)
              .ok());
    }
    if (ends) return;
    const Status status = comm->Finish();
    EXPECT_NE(status.ToString().find("rank 1 "), std::string::npos)
        << status.ToString();
  };
  for (int repetition = 0; repetition < 20; ++repetition) {
    Group group = MakeGroup(3);
    std::vector<std::thread> threads;
    for (auto& each : group) threads.emplace_back(run, std::ref(each));
    for (std::thread& thread : threads) thread.join();
  }
}

TEST(LocalGroupTest, AFenceBeforeTheFailureIsReached) {
  RunOnThreads(MakeGroup(2), [](Communicator& comm) {
    float data = 1;
    auto fence = comm.CreateFence();
    EXPECT_TRUE(comm.AllReduce(&data, &data, 1, ElementType::kF32).ok());
    EXPECT_TRUE(comm.Signal(**fence).ok());
    EXPECT_TRUE(comm.WaitOnHost(**fence).ok());
    comm.Abort(CancelledError("enough"));
    EXPECT_TRUE(comm.WaitOnHost(**fence).ok());
    EXPECT_EQ(data, 2.0f);
    EXPECT_EQ(comm.Finish().code(), StatusCode::kCancelled);
  });
}

TEST(LocalGroupTest, AChildOfForkCannotUseItAndMayDestroyIt) {
  Group group = MakeGroup(2);
  EXPECT_EQ(EndOfChild([&] {
              const bool refused =
                  group[0]->Barrier().code() ==
                      StatusCode::kFailedPrecondition &&
                  group[0]->Finish().code() == StatusCode::kFailedPrecondition;
              group.clear();
              return refused ? 0 : 1;
            }),
            "exit 0");
}

TEST(LocalGroupTest, AGroupOfNobodyIsRefused) {
  const auto group = CreateLocalGroup(0);
  EXPECT_EQ(group.status().code(), StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace alexnet
