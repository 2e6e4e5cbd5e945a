// A sample of the sweep over the C interfaces, the same in every run; `bazel
// run //tests/faults:sweep` takes all.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/faults/calls_sweep.h"
#include "tests/faults/scenarios.h"

namespace alexnet::faults {
namespace {

constexpr uint64_t kRuns = 16;  // of each call and fault

TEST(CallsTest, HandlesWorkAgainWhateverFailed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take the place of the C library's functions";
#endif
  const std::string folder = ::testing::TempDir() + "/calls";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(MakeGiven(folder + "/given"));
  const std::vector<std::string> names = CallNames(folder + "/work");
  ASSERT_FALSE(names.empty());
  uint64_t seed = 1;
  for (const std::string& name : names) {
    for (const Fault& fault : AllFaults()) {
      if (!IsForCalls(fault)) continue;
      const Count count = SweepCall(name, fault, folder + "/given",
                                    folder + "/work", kRuns, seed++, false);
      for (const std::string& line : count.wrong) ADD_FAILURE() << line;
    }
  }
}

}  // namespace
}  // namespace alexnet::faults
