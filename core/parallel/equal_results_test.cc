// Every plan gives what one rank gives: logits, loss and gradients of one step.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "core/parallel/parallel_plan.h"
#include "core/parallel/testing/plan_run.h"
#include "core/parallel/testing/test_networks.h"
#include "core/parallel/testing/whole_run.h"

namespace alexnet {
namespace {

using testing::MakeStepCase;
using testing::RunPlan;
using testing::RunWhole;
using testing::StepCase;
using testing::StepValues;

// Only the order of sums differs; gradients of parameters are float32.
constexpr double kRounding = 1e-12;
constexpr double kFloatRounding = 1e-6;

template <typename Elements>
void ExpectClose(const Elements& actual, const Elements& expected,
                 double rounding, const std::string& what) {
  ASSERT_EQ(actual.size(), expected.size()) << what;
  double largest = 0.0;
  double error = 0.0;
  for (size_t i = 0; i < actual.size(); ++i) {
    largest = std::max<double>(largest, std::abs(expected[i]));
    error = std::max<double>(error, std::abs(actual[i] - expected[i]));
  }
  ASSERT_GT(largest, 0.0) << what << ": nothing to compare";
  EXPECT_LE(error, rounding * largest) << what;
}

void CheckEqual(const StepCase& step, const StepValues& expected,
                const ParallelOptions& options) {
  const Result<ParallelPlan> plan =
      MakeParallelPlan(step.network, step.info, options);
  ASSERT_TRUE(plan.ok()) << plan.status().ToString();
  ASSERT_TRUE(plan->CheckBatch(step.batch).ok());
  const StepValues actual = RunPlan(step, *plan);
  ExpectClose(actual.logits, expected.logits, kRounding, "logits");
  EXPECT_NEAR(actual.loss, expected.loss, kRounding * expected.loss);
  if (options.all_outputs) return;
  ASSERT_EQ(actual.gradients.size(), expected.gradients.size());
  for (size_t p = 0; p < expected.gradients.size(); ++p) {
    ExpectClose(actual.gradients[p], expected.gradients[p], kFloatRounding,
                step.info.parameters[p].name);
  }
}

class EqualResultsTest : public ::testing::TestWithParam<ParallelOptions> {};

TEST_P(EqualResultsTest, OfAlexnetSmall) {
  // Ranks have different numbers of samples.
  static const StepCase step =
      MakeStepCase(testing::AlexnetSmall(), /*batch=*/5);
  static const StepValues expected = RunWhole(step);
  CheckEqual(step, expected, GetParam());
}

TEST_P(EqualResultsTest, OfTowersOfEverything) {
  static const StepCase step =
      MakeStepCase(testing::TowersOfEverything(), /*batch=*/6);
  static const StepValues expected = RunWhole(step);
  CheckEqual(step, expected, GetParam());
}

TEST_P(EqualResultsTest, OfLocallyConnectedLayers) {
  static const StepCase step =
      MakeStepCase(testing::LocalNetwork(), /*batch=*/5);
  static const StepValues expected = RunWhole(step);
  CheckEqual(step, expected, GetParam());
}

std::vector<ParallelOptions> AllPlans() {
  std::vector<ParallelOptions> plans;
  for (const int ranks : {1, 2, 4}) {
    for (const bool all_outputs : {false, true}) {
      for (const ParallelKind kind :
           {ParallelKind::kTowers, ParallelKind::kData,
            ParallelKind::kHybrid}) {
        plans.push_back({kind, ranks, all_outputs});
      }
      plans.push_back({ParallelKind::kHybridInTurn, ranks, all_outputs});
    }
  }
  return plans;
}

INSTANTIATE_TEST_SUITE_P(
    Plans, EqualResultsTest, ::testing::ValuesIn(AllPlans()),
    [](const ::testing::TestParamInfo<ParallelOptions>& plan) {
      const ParallelOptions& options = plan.param;
      std::string name = kParallelKindNames[static_cast<size_t>(options.kind)];
      if (options.all_outputs) name += "_all_outputs";
      return name + "_" + std::to_string(options.ranks);
    });

}  // namespace
}  // namespace alexnet
