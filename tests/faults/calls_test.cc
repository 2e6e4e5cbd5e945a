// A sample of the sweep over the C interfaces, the same in every run; `bazel
// run //tests/faults:sweep` takes all.

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/faults/calls_sweep.h"
#include "tests/faults/scenarios.h"

namespace alexnet::faults {
namespace {

constexpr uint64_t kRuns = 8;  // of each call and fault
constexpr size_t kParts = 4;   // that may run beside each other

class CallsTest : public ::testing::TestWithParam<size_t> {};

TEST_P(CallsTest, HandlesWorkAgainWhateverFailed) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers take the place of the C library's functions";
#endif
  const std::string folder =
      ::testing::TempDir() + "/calls" + std::to_string(GetParam());
  std::filesystem::create_directories(folder);
  ASSERT_TRUE(MakeGiven(folder + "/given"));
  const std::vector<std::string> names = CallNames(folder + "/work");
  ASSERT_GE(names.size(), kParts);
  for (size_t i = GetParam(); i < names.size(); i += kParts) {
    uint64_t seed = i * AllFaults().size();
    for (const Fault& fault : AllFaults()) {
      if (!IsForCalls(fault)) continue;
      const Count count = SweepCall(names[i], fault, folder + "/given",
                                    folder + "/work", kRuns, ++seed, false);
      for (const std::string& line : count.wrong) ADD_FAILURE() << line;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Parts, CallsTest, ::testing::Range(size_t{0}, kParts));

}  // namespace
}  // namespace alexnet::faults
