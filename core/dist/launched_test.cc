#include "core/dist/launched.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace alexnet {
namespace {

class LaunchedTest : public ::testing::Test {
 protected:
  LaunchedTest() {
    for (const char* variable : {"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                                 "PMIX_RANK", "SLURM_STEP_NUM_TASKS"}) {
      unsetenv(variable);
    }
  }

  static void Expect(int rank, int size) {
    const LaunchedRank launched = FindLaunchedRank();
    EXPECT_EQ(launched.rank, rank);
    EXPECT_EQ(launched.size, size);
  }
};

TEST_F(LaunchedTest, OneThatNobodyLaunchedIsAlone) { Expect(0, 1); }

TEST_F(LaunchedTest, MpirunAndSrunAreHeard) {
  setenv("PMIX_RANK", "3", 1);
  Expect(0, 1);  // PMIx without SLURM does not say how many there are
  setenv("SLURM_STEP_NUM_TASKS", "8", 1);
  Expect(3, 8);
  // mpirun within a job of SLURM's.
  setenv("OMPI_COMM_WORLD_RANK", "1", 1);
  setenv("OMPI_COMM_WORLD_SIZE", "2", 1);
  Expect(1, 2);
}

TEST_F(LaunchedTest, WhatIsNoPlaceIsNotTaken) {
  for (const char* rank : {"", "x", "2", "-1", "1x"}) {
    setenv("OMPI_COMM_WORLD_RANK", rank, 1);
    setenv("OMPI_COMM_WORLD_SIZE", "2", 1);
    Expect(0, 1);
  }
}

}  // namespace
}  // namespace alexnet
