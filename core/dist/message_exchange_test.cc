#include "core/dist/message_exchange.h"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <latch>
#include <memory>
#include <string>
#include <thread>

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
