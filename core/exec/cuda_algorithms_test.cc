// Whole plans on the emulated GPU whose libraries have several algorithms for a
// problem, some of which do not run: whatever is chosen, the numbers are the
// same.

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/emulation/runtime/cuda_runtime.h"
#include "core/backend/cuda/test_backend.h"
#include "core/exec/test_networks.h"
#include "core/exec/training_plan.h"

namespace alexnet {
namespace {

using emulation::machine;
using testing::EveryLayerNetwork;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;

constexpr int64_t kBatch = 6;

class CudaAlgorithmsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = ::testing::TempDir() + "cuda_algorithms";
    std::filesystem::remove_all(folder_);
  }
  void TearDown() override { machine() = emulation::Machine(); }

  // Losses of a few steps.
  Result<std::vector<double>> Train(bool tune = false) {
    const Network network = EveryLayerNetwork();
    CudaBackendOptions options;
    options.tune = tune;
    options.tuning_folder = folder_;
    const auto backend = testing::MakeTestBackend(options);
    emulation::LibraryRuns() = 0;
    const auto source = TensorsAsSource(TestParameters(network));
    ALEXNET_ASSIGN_OR_RETURN(
        const auto plan,
        TrainingPlan::Compile(network, backend, *source, {.batch = kBatch}));
    runs_to_compile_ = emulation::LibraryRuns();
    notes_ = backend->Notes();
    const std::vector<float> images = TestImages(network, kBatch);
    const std::vector<int32_t> labels =
        TestLabels(kBatch, plan->info().classes);
    StepInput input;
    input.images = images.data();
    input.labels = labels.data();
    std::vector<double> losses;
    for (uint32_t step = 0; step < 3; ++step) {
      input.random = {.seed = 11, .step = step};
      ALEXNET_ASSIGN_OR_RETURN(const StepResult result, plan->Step(input, {}));
      losses.push_back(result.loss);
    }
    return losses;
  }

  std::string folder_;
  int64_t runs_to_compile_ = 0;
  std::vector<std::string> notes_;
};

TEST_F(CudaAlgorithmsTest, OnesThatDoNotRunAreNotTrusted) {
  const auto expected = Train();
  ASSERT_TRUE(expected.ok()) << expected.status().ToString();
  machine().algorithms = 3;
  machine().broken_algorithms = 2;
  const auto actual = Train();
  ASSERT_TRUE(actual.ok()) << actual.status().ToString();
  EXPECT_EQ(*actual, *expected);
  machine().broken_algorithms = 3;
  const auto none = Train();
  ASSERT_FALSE(none.ok());
  EXPECT_NE(none.status().ToString().find("none of the library's 3 algorithms"),
            std::string::npos)
      << none.status().ToString();
}

TEST_F(CudaAlgorithmsTest, ProductsAreFoundWhereNoneAddsABias) {
  const auto expected = Train();
  ASSERT_TRUE(expected.ok()) << expected.status().ToString();
  machine().epilogues = false;
  const auto actual = Train();
  ASSERT_TRUE(actual.ok()) << actual.status().ToString();
  for (size_t i = 0; i < expected->size(); ++i) {
    EXPECT_NEAR((*actual)[i], (*expected)[i], 1e-6) << i;
  }
}

TEST_F(CudaAlgorithmsTest, TuningIsPaidOnce) {
  machine().algorithms = 3;
  const auto first = Train(/*tune=*/true);
  ASSERT_TRUE(first.ok()) << first.status().ToString();
  const int64_t runs = runs_to_compile_;
  EXPECT_TRUE(notes_.empty());
  const auto second = Train(/*tune=*/true);
  ASSERT_TRUE(second.ok()) << second.status().ToString();
  EXPECT_EQ(*second, *first);
  // Each is tried, once, and none timed.
  EXPECT_LT(runs_to_compile_, runs / 10);
  EXPECT_GT(runs_to_compile_, 0);
  // A file that is of no use is told, and written anew.
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    std::filesystem::resize_file(entry.path(), 10);
  }
  ASSERT_TRUE(Train(/*tune=*/true).ok());
  ASSERT_EQ(notes_.size(), 1u);
  EXPECT_NE(notes_[0].find("ignored"), std::string::npos);
  ASSERT_TRUE(Train(/*tune=*/true).ok());
  EXPECT_TRUE(notes_.empty());
}

}  // namespace
}  // namespace alexnet
