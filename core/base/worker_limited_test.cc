// With OMP_THREAD_LIMIT=1, which must be there when the program starts.

#include <gtest/gtest.h>
#include <omp.h>

#include "core/base/worker.h"

namespace alexnet {
namespace {

int TeamSize() {
  int size = 0;
#pragma omp parallel
#pragma omp master
  size = omp_get_num_threads();
  return size;
}

TEST(WorkerUnderAThreadLimit, AsksForTheTeamThatItGets) {
  Worker worker(3);
  int asked = 0;
  int got = 0;
  const Status status = worker.Run([&] {
    asked = omp_get_max_threads();
    got = TeamSize();
    return Status();
  });
  ASSERT_TRUE(status.ok());
  EXPECT_EQ(got, 1);
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace alexnet
