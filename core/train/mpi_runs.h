// Runs of mpi_rank by mpirun.

#ifndef ALEXNET_CORE_TRAIN_MPI_RUNS_H_
#define ALEXNET_CORE_TRAIN_MPI_RUNS_H_

#include <string>

#include "core/dist/testing/mpirun.h"

namespace alexnet::testing {

// The command line of a rank; `words` as mpi_rank takes them. The environment's
// MPI_RANK is the program.
std::string RankProgram(const std::string& data, const std::string& out,
                        const std::string& words = "");

// The same, and the rank tells its exit code. What it does is hidden from
// mpirun.
std::string Telling(const std::string& program);

// Runs so many of these to their end.
Mpirun::Outcome RunRanks(int ranks, const std::string& data,
                         const std::string& out, const std::string& words = "");

// What they told.
void ExpectExit(const Mpirun::Outcome& outcome, int rank, int code);
void ExpectExits(const Mpirun::Outcome& outcome, int ranks, int code);

// The end of the line that begins with `begin`; empty where there is none.
std::string LineAfter(const std::string& output, const std::string& begin);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_TRAIN_MPI_RUNS_H_
