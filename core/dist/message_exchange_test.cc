#include "core/dist/message_exchange.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "core/dist/testing/message_group.h"

namespace alexnet {
namespace {

constexpr std::array kSizes = {1, 2, 3, 4, 7};

// Of the first `present` of `size` ranks.
Group MakeGroupOf(int present, int size, const CommLimits& limits) {
  return MakeMessageGroup(std::make_shared<MemoryNetwork>(size), present,
                          limits);
}

Group MakeGroup(int size) { return MakeGroupOf(size, size, {}); }

[[maybe_unused]] const bool registered =
    RegisterConformanceTests("MessageExchangeConformance", kSizes, MakeGroup);

TEST(MessageExchangeTest, ARankThatDoesNotComeIsNamed) {
  std::latch failed(1);
  RunOnThreads(MakeGroupOf(2, 2, {.late = std::chrono::milliseconds(50)}),
               [&](Communicator& comm) {
                 if (comm.rank() == 1) return failed.wait();
                 EXPECT_TRUE(comm.Barrier().ok());
                 const Status status = comm.Finish();
                 EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
                 EXPECT_NE(
                     status.message().find("rank 1 did not come to a barrier"),
                     std::string::npos)
                     << status.message();
                 failed.count_down();
               });
}

// Whose own later operations name the one that has left.
TEST(MessageExchangeTest, ARankThatDoesNotComeToTheEndIsNotWaitedForAnyLonger) {
  std::latch ended(1);
  Group group = MakeGroupOf(2, 2, {.late = std::chrono::milliseconds(50)});
  std::thread first([&ended, own = std::move(group[0])]() mutable {
    own.reset();
    ended.count_down();
  });
  ended.wait();
  first.join();
  EXPECT_TRUE(group[1]->Barrier().ok());
  const Status status = group[1]->Finish();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_NE(status.message().find("rank 0 has ended"), std::string::npos)
      << status.message();
}

// While it is waited for, and while nobody waits.
TEST(MessageExchangeTest, ARankThatIsSilentIsNamed) {
  RunOnThreads(
      MakeGroupOf(2, 3, {.silent = std::chrono::seconds(2)}),
      [](Communicator& comm) {
        if (comm.rank() == 0) {
          EXPECT_TRUE(comm.Barrier().ok());
        }
        Status status;
        while ((status = comm.Finish()).ok()) {
          std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
        EXPECT_EQ(status.code(), StatusCode::kDeadlineExceeded);
        EXPECT_NE(status.message().find("rank 2 gave rank"), std::string::npos)
            << status.message();
      });
}

}  // namespace
}  // namespace alexnet
