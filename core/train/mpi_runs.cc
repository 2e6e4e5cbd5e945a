#include "core/train/mpi_runs.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>

namespace alexnet::testing {

std::string RankProgram(const std::string& data, const std::string& out,
                        const std::string& words) {
  return std::getenv("MPI_RANK") + (" " + data + " " + out + " " + words);
}

std::string Telling(const std::string& program) {
  return "sh -c '" + program +
         "; echo \"rank $OMPI_COMM_WORLD_RANK exits with $?.\"'";
}

Mpirun::Outcome RunRanks(int ranks, const std::string& data,
                         const std::string& out, const std::string& words) {
  Mpirun run(ranks, Telling(RankProgram(data, out, words)), kLetOthersLook);
  return run.Wait();
}

void ExpectExit(const Mpirun::Outcome& outcome, int rank, int code) {
  EXPECT_TRUE(outcome.Has("rank " + std::to_string(rank) + " exits with " +
                          std::to_string(code) + "."))
      << outcome.output;
}

void ExpectExits(const Mpirun::Outcome& outcome, int ranks, int code) {
  for (int rank = 0; rank < ranks; ++rank) ExpectExit(outcome, rank, code);
}

std::string LineAfter(const std::string& output, const std::string& begin) {
  const size_t at = output.find(begin);
  if (at == std::string::npos) return "";
  const size_t start = at + begin.size();
  return output.substr(start, output.find('\n', start) - start);
}

}  // namespace alexnet::testing
