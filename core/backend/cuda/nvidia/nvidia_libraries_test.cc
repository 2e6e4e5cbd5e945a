// Where NVIDIA's libraries can be loaded, they have all functions that are
// called; a GPU is not needed for that.

#include "core/backend/cuda/nvidia/nvidia_libraries.h"

#include <gtest/gtest.h>

#include <string>

namespace alexnet::cuda {
namespace {

template <typename Functions>
void ExpectWhole(const Result<const Functions*>& library) {
  if (!library.ok() && library.status().message().find("cannot be loaded") !=
                           std::string::npos) {
    GTEST_SKIP() << library.status().message();
  }
  EXPECT_TRUE(library.ok()) << library.status().ToString();
}

TEST(NvidiaLibrariesTest, CudnnIsWhole) { ExpectWhole(LoadCudnn()); }
TEST(NvidiaLibrariesTest, CublasLtIsWhole) { ExpectWhole(LoadCublasLt()); }
TEST(NvidiaLibrariesTest, NcclIsWhole) { ExpectWhole(LoadNccl()); }

}  // namespace
}  // namespace alexnet::cuda
