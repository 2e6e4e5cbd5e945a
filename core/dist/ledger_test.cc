#include "core/dist/ledger.h"

#include <gtest/gtest.h>

#include <string>

namespace alexnet {
namespace {

using Kind = Operation::Kind;
using std::chrono::seconds;

const Ledger::Time kStart;

Operation Sum(int64_t count) {
  return {.kind = Kind::kAllReduce,
          .type = ElementType::kF32,
          .in_count = count,
          .out_count = count};
}
Operation Send(int64_t count, int to) {
  return {.kind = Kind::kSend,
          .type = ElementType::kF32,
          .in_count = count,
          .to = to};
}
Operation Receive(int64_t count, int from) {
  return {.kind = Kind::kReceive,
          .type = ElementType::kF32,
          .out_count = count,
          .from = from};
}

void ExpectRefusal(const Status& status, StatusCode code,
                   const std::string& part) {
  EXPECT_EQ(status.code(), code);
  EXPECT_NE(status.message().find(part), std::string::npos) << status.message();
}

// Whoever is first, and however far ahead.
TEST(LedgerTest, FindsTheFirstThatDoesNotFit) {
  Ledger ledger(3);
  for (const int rank : {1, 0, 2}) {
    for (int64_t i = 0; i < 4; ++i) {
      ASSERT_TRUE(ledger.Enter(rank, Sum(i), kStart).ok());
    }
  }
  ASSERT_TRUE(ledger.Enter(2, Sum(9), kStart).ok());
  ASSERT_TRUE(ledger.Enter(0, Sum(9), kStart).ok());
  ExpectRefusal(ledger.Enter(1, Sum(8), kStart),
                StatusCode::kFailedPrecondition,
                "rank 0 calls an all-reduce of 9 f32, but rank 1 an "
                "all-reduce of 8 f32");
}

TEST(LedgerTest, TwoRanksNeedNotWaitForTheThird) {
  Ledger ledger(3);
  ASSERT_TRUE(ledger.Enter(0, Send(5, 1), kStart).ok());
  ASSERT_TRUE(ledger.Enter(1, Receive(5, 0), kStart).ok());
  ASSERT_TRUE(ledger.Enter(2, Sum(1), kStart).ok());
  ASSERT_TRUE(ledger.Enter(1, Sum(1), kStart).ok());
  ASSERT_TRUE(ledger.Enter(0, Sum(1), kStart).ok());
  EXPECT_TRUE(ledger.CheckTime(kStart + seconds(99), seconds(1)).ok());
}

TEST(LedgerTest, NamesARankThatIsLate) {
  Ledger ledger(2);
  ASSERT_TRUE(ledger.Enter(1, Sum(7), kStart).ok());
  EXPECT_TRUE(ledger.CheckTime(kStart + seconds(5), seconds(5)).ok());
  ExpectRefusal(ledger.CheckTime(kStart + seconds(6), seconds(5)),
                StatusCode::kDeadlineExceeded,
                "rank 0 did not come to an all-reduce of 7 f32 within 5 s");
}

TEST(LedgerTest, NamesARankThatHasEnded) {
  Ledger before(2);
  ASSERT_TRUE(before.Leave(0).ok());
  ExpectRefusal(before.Enter(1, Sum(7), kStart),
                StatusCode::kFailedPrecondition, "rank 0 has ended");
  Ledger after(2);
  ASSERT_TRUE(after.Enter(1, Sum(7), kStart).ok());
  ExpectRefusal(after.Leave(0), StatusCode::kFailedPrecondition,
                "rank 0 has ended, and rank 1 waits for it in an all-reduce");
}

}  // namespace
}  // namespace alexnet
