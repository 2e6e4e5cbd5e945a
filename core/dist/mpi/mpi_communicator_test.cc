#include "core/dist/mpi/mpi_communicator.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace alexnet {
namespace {

TEST(MpiCommunicatorTest, NamesTheRankThatAMessageDoesNotReach) {
  ASSERT_EQ(setenv("ALEXNET_MPI_PLUGIN", std::getenv("BROKEN_LINK"), 1), 0);
  const auto comm = CreateMpiCommunicator();
  ASSERT_TRUE(comm.ok()) << comm.status().ToString();
  Status status = (*comm)->Barrier();
  if (status.ok()) status = (*comm)->Finish();
  EXPECT_EQ(status.code(), StatusCode::kIo);
  EXPECT_EQ(status.message(), "a message to or from rank 1: a cable is out");
}

}  // namespace
}  // namespace alexnet
