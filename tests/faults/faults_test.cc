// A sample of the sweep, the same in every run; `bazel run
// //tests/faults:sweep` takes all.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/faults/sweep.h"

namespace alexnet::faults {
namespace {

constexpr uint64_t kRuns = 4;  // of each scenario and fault

TEST(FaultsTest, NothingIsLostWhateverFails) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take the place of the C library's functions";
#endif
  const std::string folder = ::testing::TempDir() + "/faults";
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(MakeGiven(folder + "/given"));
  uint64_t seed = 1;  // another place in each sweep
  for (const Scenario& scenario : Scenarios()) {
    Sweeper sweeper(scenario, folder + "/given", folder + "/work");
    for (const Fault& fault : AllFaults()) {
      const Count count = sweeper.Run(fault, kRuns, seed++, false);
      for (const std::string& line : count.wrong) ADD_FAILURE() << line;
    }
  }
}

}  // namespace
}  // namespace alexnet::faults
