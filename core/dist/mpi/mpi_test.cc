// Real processes, started by mpirun.

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace alexnet {
namespace {

struct Outcome {
  int exit = -1;
  std::string output;

  bool Has(const std::string& text) const {
    return output.find(text) != std::string::npos;
  }
};

Outcome Run(const std::string& command) {
  Outcome outcome;
  std::FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return outcome;
  char line[512];
  while (std::fgets(line, sizeof(line), pipe) != nullptr) {
    outcome.output += line;
  }
  const int status = pclose(pipe);
  outcome.exit = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

Outcome RunRanks(int ranks, const std::string& which,
                 const std::string& options = "") {
  return Run(std::string(std::getenv("MPIRUN")) +
             " --allow-run-as-root --oversubscribe " + options + " -np " +
             std::to_string(ranks) + " " + std::getenv("RANK_PROGRAM") + " " +
             which);
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

// A rank ends without MPI's leave after a failure, which mpirun calls abnormal:
// it must not end the others before they have looked.
constexpr const char* kLetThemLook = "--enable-recovery";

TEST_P(MpiTest, FailuresReachAll) {
  for (const char* which : {"FindsAnotherCount", "FindsAnotherOperation",
                            "FindsTwoThatSendToEachOther", "AnAbortReachesAll",
                            "OneThatEndsIsNamed"}) {
    SCOPED_TRACE(which);
    ExpectPassed(RunRanks(GetParam(), which, kLetThemLook), 0, GetParam(),
                 GetParam());
  }
}

TEST_P(MpiTest, AProcessThatIsKilledIsNamed) {
  const int ranks = GetParam();
  ExpectPassed(RunRanks(ranks, "killed", kLetThemLook), 0, ranks - 1, ranks);
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
  EXPECT_EQ(kill(process, 0), -1);
  EXPECT_EQ(errno, ESRCH);
}

}  // namespace
}  // namespace alexnet
