#include "core/dist/meeting.h"

#include <gtest/gtest.h>

#include <chrono>
#include <new>

namespace alexnet {
namespace {

// Others would wait for ever.
TEST(MeetingTest, ARankWhoseWorkThrewIsNotAtWork) {
  Meeting meeting(2, std::chrono::seconds(30));
  EXPECT_THROW(
      static_cast<void>(meeting.Work(0, [] { throw std::bad_alloc(); })),
      std::bad_alloc);
  meeting.AwaitWorkers();
  EXPECT_TRUE(meeting.Work(1, [] {}).ok());
}

TEST(MeetingTest, NoWorkBeginsAfterAFailure) {
  Meeting meeting(2, std::chrono::seconds(30));
  static_cast<void>(meeting.Abort(DataLossError("it is cut")));
  bool worked = false;
  const Status status = meeting.Work(0, [&] { worked = true; });
  EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status.ToString();
  EXPECT_FALSE(worked);
}

}  // namespace
}  // namespace alexnet
