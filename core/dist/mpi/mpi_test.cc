// Real processes, started by mpirun.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "core/dist/testing/mpirun.h"

namespace alexnet {
namespace {

using testing::kLetOthersLook;
using testing::Mpirun;
using testing::Vanishes;
using Outcome = Mpirun::Outcome;

Outcome RunRanks(int ranks, const std::string& which,
                 const std::string& options = "") {
  Mpirun run(ranks, std::getenv("RANK_PROGRAM") + (" " + which), options);
  return run.Wait();
}

void ExpectPassed(const Outcome& outcome, int from, int to, int ranks) {
  for (int rank = from; rank < to; ++rank) {
    EXPECT_TRUE(outcome.Has("rank " + std::to_string(rank) + " of " +
                            std::to_string(ranks) + ": passed"))
        << rank << "\n"
        << outcome.output;
  }
}

class MpiTest : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Ranks, MpiTest, ::testing::Values(2, 4));

TEST_P(MpiTest, Conforms) {
  const Outcome outcome = RunRanks(GetParam(), "all");
  EXPECT_EQ(outcome.exit, 0);
  ExpectPassed(outcome, 0, GetParam(), GetParam());
}

TEST_P(MpiTest, FailuresReachAll) {
  for (const char* which : {"FindsAnotherCount", "FindsAnotherOperation",
                            "FindsTwoThatSendToEachOther", "AnAbortReachesAll",
                            "OneThatEndsIsNamed"}) {
    SCOPED_TRACE(which);
    ExpectPassed(RunRanks(GetParam(), which, kLetOthersLook), 0, GetParam(),
                 GetParam());
  }
}

TEST_P(MpiTest, AProcessThatIsKilledIsNamed) {
  const int ranks = GetParam();
  ExpectPassed(RunRanks(ranks, "killed", kLetOthersLook), 0, ranks - 1, ranks);
}

TEST(MpiStopTest, AProcessThatStopsIsNamedAndDoesNotStay) {
  const Outcome outcome = RunRanks(2, "stopped");
  EXPECT_NE(outcome.exit, 0);
  ExpectPassed(outcome, 0, 1, 2);
  int process = 0;
  const size_t at = outcome.output.find("process ");
  ASSERT_NE(at, std::string::npos) << outcome.output;
  ASSERT_EQ(std::sscanf(outcome.output.c_str() + at, "process %d", &process),
            1);
  EXPECT_TRUE(Vanishes(process));
}

}  // namespace
}  // namespace alexnet
