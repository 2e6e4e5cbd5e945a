// Several devices compute one network: the numbers are those of one.

#include <alexnet/alexnet.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "tests/capi/support.h"

namespace alexnet_test {
namespace {

alexnet_recipe ShortRecipe() {
  auto recipe = Options(alexnet_recipe_init);
  recipe.fields = ALEXNET_RECIPE_EPOCHS | ALEXNET_RECIPE_BATCH;
  recipe.epochs = 2;
  recipe.batch = 12;
  return recipe;
}

// A run on the drawn shapes, into `out`.
alexnet_train_options ShortRun(const alexnet_recipe& recipe,
                               const std::string& out) {
  auto options = Options(alexnet_train_options_init);
  options.data = ShapesFolder().c_str();
  options.out = out.c_str();
  options.preset = "alexnet_small";
  options.input_size = 24;
  options.recipe = &recipe;
  options.threads = 2;
  return options;
}

Model LastOf(const std::string& out) {
  alexnet_model* model = nullptr;
  OK(alexnet_model_load((out + "/last.alexnet").c_str(), nullptr, &model, e));
  return Model(model);
}

size_t TensorsOf(const alexnet_model* model) {
  auto info = Options(alexnet_model_info_init);
  OK(alexnet_model_get_info(model, &info, e));
  return static_cast<size_t>(info.tensor_count);
}

std::vector<float> Tensor(const alexnet_model* model, size_t index) {
  auto info = Options(alexnet_tensor_info_init);
  OK(alexnet_model_tensor_at(model, index, &info, e));
  std::vector<float> values(static_cast<size_t>(info.elements));
  OK(alexnet_model_read_tensor(model, index, 0, info.elements, values.data(),
                               e));
  return values;
}

// The largest difference, of the largest of `expected`.
double Distance(const std::vector<float>& actual,
                const std::vector<float>& expected) {
  if (actual.size() != expected.size()) return INFINITY;
  double difference = 0.0;
  double largest = 0.0;
  for (size_t i = 0; i < actual.size(); ++i) {
    difference =
        std::max(difference, std::abs(double{actual[i]} - expected[i]));
    largest = std::max(largest, std::abs(double{expected[i]}));
  }
  return difference / largest;
}

struct Plan {
  int32_t parallel;
  const char* devices;
  const char* name;
};

class ParallelTest : public ::testing::TestWithParam<Plan> {};

TEST_P(ParallelTest, TrainsToTheParametersOfOneDevice) {
  const alexnet_recipe recipe = ShortRecipe();
  const std::string one = FreshPath("one");
  auto options = ShortRun(recipe, one);
  auto alone = Options(alexnet_train_report_init);
  OK(alexnet_train(&options, nullptr, nullptr, &alone, e));

  const std::string several = FreshPath("several");
  options = ShortRun(recipe, several);
  options.devices = GetParam().devices;
  options.parallel = GetParam().parallel;
  auto report = Options(alexnet_train_report_init);
  OK(alexnet_train(&options, nullptr, nullptr, &report, e));
  EXPECT_EQ(report.steps, alone.steps);
  EXPECT_NEAR(report.loss, alone.loss, 1e-4 * alone.loss);

  const Model expected = LastOf(one);
  const Model model = LastOf(several);
  const size_t count = TensorsOf(expected.get());
  ASSERT_GT(count, 0u);
  ASSERT_EQ(TensorsOf(model.get()), count);
  for (size_t i = 0; i < count; ++i) {
    EXPECT_LE(Distance(Tensor(model.get(), i), Tensor(expected.get(), i)), 1e-5)
        << i;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Plans, ParallelTest,
    ::testing::Values(
        Plan{ALEXNET_PARALLEL_DATA, "cpu,cpu", "data"},
        Plan{ALEXNET_PARALLEL_TOWERS, "cpu,cpu", "towers"},
        Plan{ALEXNET_PARALLEL_HYBRID, "cpu,cpu", "hybrid"},
        Plan{ALEXNET_PARALLEL_HYBRID, "cpu,cpu,cpu,cpu", "hybrid_of_four"},
        Plan{ALEXNET_PARALLEL_HYBRID_IN_TURN, "cpu,cpu", "hybrid_in_turn"}),
    [](const ::testing::TestParamInfo<Plan>& plan) {
      return std::string(plan.param.name);
    });

TEST(ParallelOptionsTest, WhatDoesNotGoTogetherIsRefusedByName) {
  const alexnet_recipe recipe = ShortRecipe();
  const std::string out = FreshPath("refused");
  struct Case {
    const char* devices;
    int32_t parallel;
    const char* field;
  };
  for (const Case& each : {Case{nullptr, ALEXNET_PARALLEL_TOWERS, "`devices`"},
                           Case{"cpu,", ALEXNET_PARALLEL_DATA, "devices: "},
                           Case{"cpu,cpu", 77, "parallel"}}) {
    SCOPED_TRACE(each.field);
    auto options = ShortRun(recipe, out);
    options.devices = each.devices;
    options.parallel = each.parallel;
    const std::string why =
        REFUSED(ALEXNET_INVALID_ARGUMENT,
                alexnet_train(&options, nullptr, nullptr, nullptr, e));
    EXPECT_NE(why.find(each.field), std::string::npos) << why;
  }
}

}  // namespace
}  // namespace alexnet_test
