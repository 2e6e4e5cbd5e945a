// What a training plan asks of a RankPart, and when.

#include "core/exec/rank_part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/exec/parameters.h"
#include "core/exec/test_networks.h"
#include "core/exec/training_plan.h"

namespace alexnet {
namespace {

using testing::PlainNetwork;
using testing::TestImages;
using testing::TestLabels;
using testing::TestParameters;

constexpr int64_t kBatch = 3;

// The whole network on the only rank, which says what it is asked.
class OnlyPart : public RankPart {
 public:
  explicit OnlyPart(const Network& network)
      : info_(InferNetwork(network).value()) {}

  const NetworkInfo& info() const override { return info_; }
  Shape input_shape() const override {
    return WithBatch(info_.layers.front().in, kBatch);
  }
  LayerShare ShareOf(int, int) const override { return {kBatch, {}}; }
  bool HasExchange(int) const override { return false; }
  bool recordable() const override { return can_be_recorded; }
  Result<bool> AllRecorded(bool recorded) override { return recorded; }
  Result<std::unique_ptr<Kernel>> CreateExchange(int, int, Backend&) override {
    return InternalError("nothing to exchange");
  }
  Status Agree(const std::vector<const ParameterLayout*>&) override {
    return Status();
  }
  bool CountsInNorm(int parameter) const override {
    return parameter != uncounted;
  }
  Status SumGradient(int parameter, void*) override {
    asked.push_back(info_.parameters[static_cast<size_t>(parameter)].name);
    return parameter == failing ? InternalError("no sum") : Status();
  }
  Status FinishGradients() override {
    asked.push_back("finish");
    return Status();
  }
  Status SumOutcome(StepOutcome* outcome) override {
    asked.push_back("outcome");
    norm = outcome->squared_norm;
    outcome->squared_norm = summed_norm;
    return Status();
  }
  UnitShare UnitsOf(int) const override { return {.shared = true}; }
  Result<std::vector<int64_t>> GatherNumbers(
      const std::vector<int64_t>& own) override {
    return own;
  }
  Status Sum(void*, int64_t count, ElementType type) override {
    asked.push_back("sum of " + std::to_string(count) + " " +
                    ElementTypeName(type));
    return Status();
  }
  Status BeginStep() override {
    asked.push_back("begin");
    return Status();
  }
  Status CheckStep() override { return check; }
  void Abandon(const Status& why) override {
    asked.push_back("abandon: " + std::string(why.message()));
  }

  std::vector<std::string> asked;
  bool can_be_recorded = true;
  int failing = -1;
  Status check;
  int uncounted = -1;
  double norm = 0.0;
  double summed_norm = 1.0;

 private:
  const NetworkInfo info_;
};

struct Case {
  Network network = PlainNetwork();
  std::shared_ptr<OnlyPart> part = std::make_shared<OnlyPart>(network);
  std::vector<float> images = TestImages(network, kBatch);
  std::vector<int32_t> labels = TestLabels(kBatch, 4);
  UpdateRule rule;

  std::unique_ptr<TrainingPlan> Compile() const {
    TrainingPlanOptions options;
    options.batch = kBatch;
    options.part = part;
    const auto source = TensorsAsSource(TestParameters(network));
    return TrainingPlan::Compile(network,
                                 CreateCpuBackend({.threads = 1}).value(),
                                 *source, options)
        .value();
  }
  StepInput Input() const {
    StepInput input;
    input.images = images.data();
    input.labels = labels.data();
    return input;
  }
};

TEST(RankPartTest, GradientsAreSummedAsTheyComeAndTheOutcomeAfterThem) {
  const Case test;
  const auto plan = test.Compile();
  ASSERT_TRUE(plan->Step(test.Input(), test.rule).ok());
  std::vector<std::string> expected = {"begin"};
  const auto& parameters = test.part->info().parameters;
  for (size_t layer = test.network.layers.size(); layer-- > 0;) {
    for (const ParameterInfo& parameter : parameters) {
      if (parameter.layer == static_cast<int>(layer)) {
        expected.push_back(parameter.name);
      }
    }
  }
  ASSERT_EQ(expected.size(), 1 + parameters.size());
  expected.push_back("finish");
  expected.push_back("outcome");
  EXPECT_EQ(test.part->asked, expected);
}

// What the update looks at is the outcome of all ranks.
TEST(RankPartTest, AStepDivergesByTheSum) {
  const Case test;
  const auto plan = test.Compile();
  test.part->summed_norm = 1e300;
  const StepResult result = plan->Step(test.Input(), test.rule).value();
  EXPECT_TRUE(result.diverged);
  EXPECT_EQ(result.gradient_norm, 1e150);
}

TEST(RankPartTest, TheNormIsOfTheGradientsThatCountHere) {
  Case test;
  ASSERT_TRUE(test.Compile()->Step(test.Input(), test.rule).ok());
  const double all = test.part->norm;
  double sum = 0.0;
  const int count = static_cast<int>(test.part->info().parameters.size());
  for (int p = 0; p < count; ++p) {
    test.part->uncounted = p;
    ASSERT_TRUE(test.Compile()->Step(test.Input(), test.rule).ok());
    EXPECT_LT(test.part->norm, all);
    sum += all - test.part->norm;
  }
  EXPECT_NEAR(sum, all, 1e-9 * all);
}

// A device may have gone through a step that has failed meanwhile.
TEST(RankPartTest, TheOutcomeOfRanksThatFailedIsNotTaken) {
  const Case test;
  const auto plan = test.Compile();
  test.part->check = IoError("a link is cut");
  EXPECT_EQ(plan->Step(test.Input(), test.rule).status().message(),
            "a link is cut");
  EXPECT_EQ(test.part->asked.back(), "abandon: a link is cut");
}

TEST(RankPartTest, SaysThatStepsAreNotRecorded) {
  const Case test;
  EXPECT_EQ(test.Compile()->Describe().find("sent anew"), std::string::npos);
  test.part->can_be_recorded = false;
  const auto plan = test.Compile();
  EXPECT_NE(plan->Describe().find("sent anew"), std::string::npos);
  EXPECT_TRUE(plan->Step(test.Input(), test.rule).ok());
}

TEST(RankPartTest, StepsAreNotRepeatedByOneRank) {
  const Case test;
  const auto plan = test.Compile();
  ASSERT_TRUE(plan->Step(test.Input(), test.rule).ok());
  EXPECT_EQ(plan->Repeat(1).code(), StatusCode::kFailedPrecondition);
}

TEST(RankPartTest, AStepThatFailsIsAbandoned) {
  const Case test;
  const auto plan = test.Compile();
  test.part->failing = 0;
  const Status status = plan->Step(test.Input(), test.rule).status();
  EXPECT_EQ(status.message(), "no sum");
  EXPECT_EQ(test.part->asked.back(), "abandon: no sum");
}

}  // namespace
}  // namespace alexnet
