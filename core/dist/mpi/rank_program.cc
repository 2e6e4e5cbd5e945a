// usage: rank_program CASE
//
// One rank of mpi_test: runs a case of the conformance test ("all": those after
// which the communicator goes on), or lets the last rank die or stop. Prints
// "rank 0 of 2: passed".

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "core/dist/mpi/mpi_communicator.h"
#include "core/dist/testing/conformance.h"

namespace alexnet {
namespace {

std::string chosen;

// In the middle of a sum the last rank gets `signal`; the others name it.
void LoseTheLast(Communicator& comm, int signal) {
  constexpr int64_t kCount = 1 << 20;
  std::vector<float> data(kCount, 1.0f);
  const auto sum = [&] {
    return comm.AllReduce(data.data(), data.data(), kCount, ElementType::kF32);
  };
  EXPECT_TRUE(sum().ok());
  const Status done = comm.Finish();
  ASSERT_TRUE(done.ok()) << done.ToString();
  const std::string last = std::to_string(comm.size() - 1);
  if (comm.rank() == comm.size() - 1) {
    std::printf("process %d is lost\n", getpid());
    std::fflush(stdout);
    EXPECT_TRUE(sum().ok());
    std::raise(signal);
  }
  while (sum().ok()) {
    if (!comm.Finish().ok()) break;
  }
  const Status failure = comm.Finish();
  EXPECT_EQ(failure.code(), StatusCode::kDeadlineExceeded);
  EXPECT_NE(failure.message().find("rank " + last + " gave rank"),
            std::string::npos)
      << failure.ToString();
}

void RunChosen(Communicator& comm) {
  if (chosen == "killed") return LoseTheLast(comm, SIGKILL);
  if (chosen == "stopped") return LoseTheLast(comm, SIGSTOP);
  bool found = false;
  for (const ConformanceCase& each : ConformanceCases()) {
    if (chosen != "all" && chosen != each.name) continue;
    found = true;
    each.run(comm);
  }
  for (const ConformanceCase& each : FailureCases()) {
    if (chosen != each.name) continue;
    found = true;
    each.run(comm);
  }
  EXPECT_TRUE(found) << "there is no case " << chosen;
}

TEST(RankProgram, RunsTheChosenCase) {
  CommLimits limits;
  // Those that lose a rank wait for as long.
  if (chosen == "killed" || chosen == "stopped") {
    limits.silent = std::chrono::seconds(4);
  }
  auto comm = CreateMpiCommunicator(limits);
  ASSERT_TRUE(comm.ok()) << comm.status().ToString();
  RunChosen(**comm);
  if (HasFailure()) return;
  std::printf("rank %d of %d: passed\n", (*comm)->rank(), (*comm)->size());
  std::fflush(stdout);
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  if (argc != 2) {
    std::fprintf(stderr, "usage: rank_program CASE\n");
    return 2;
  }
  alexnet::chosen = argv[1];
  return RUN_ALL_TESTS();
}
