#include "core/network/rate_scaling.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

constexpr int kOwnBatch = 128;

Recipe RecipeOf(int batch, float rate) {
  Recipe recipe;
  recipe.batch = batch;
  recipe.rate = rate;
  return recipe;
}

TEST(RateScalingTest, NoneLeavesTheRecipe) {
  Recipe recipe = RecipeOf(512, 0.01f);
  std::vector<std::string> choices;
  ASSERT_TRUE(
      ScaleRate(RateScaling::kNone, kOwnBatch, {}, &recipe, &choices).ok());
  EXPECT_EQ(recipe.rate, 0.01f);
  EXPECT_EQ(recipe.schedule.warmup_epochs, 0.0f);
  EXPECT_TRUE(choices.empty());
}

TEST(RateScalingTest, LinearIsInProportionAndWarmsUp) {
  Recipe recipe = RecipeOf(512, 0.01f);
  std::vector<std::string> choices;
  ASSERT_TRUE(
      ScaleRate(RateScaling::kLinear, kOwnBatch, {}, &recipe, &choices).ok());
  EXPECT_FLOAT_EQ(recipe.rate, 0.04f);
  EXPECT_EQ(recipe.schedule.warmup_epochs, 5.0f);
  EXPECT_EQ(choices,
            (std::vector<std::string>{
                "rate 0.04 instead of 0.01: a batch of 512 is 4 times the "
                "recipe's 128",
                "the rate rises to it over 5 epochs"}));
}

TEST(RateScalingTest, TheCallersWarmupStays) {
  Recipe recipe = RecipeOf(256, 0.01f);
  RecipeChanges changes;
  changes.warmup_epochs = 0.0f;
  std::vector<std::string> choices;
  ASSERT_TRUE(
      ScaleRate(RateScaling::kLinear, kOwnBatch, changes, &recipe, &choices)
          .ok());
  EXPECT_FLOAT_EQ(recipe.rate, 0.02f);
  EXPECT_EQ(recipe.schedule.warmup_epochs, 0.0f);
}

TEST(RateScalingTest, ASmallerBatchNeedsNoWarmup) {
  Recipe recipe = RecipeOf(32, 0.01f);
  std::vector<std::string> choices;
  ASSERT_TRUE(
      ScaleRate(RateScaling::kLinear, kOwnBatch, {}, &recipe, &choices).ok());
  EXPECT_FLOAT_EQ(recipe.rate, 0.0025f);
  EXPECT_EQ(recipe.schedule.warmup_epochs, 0.0f);
}

TEST(RateScalingTest, ARateThatGetsTooLargeIsRefused) {
  Recipe recipe = RecipeOf(256, 9e5f);
  std::vector<std::string> choices;
  const Status status =
      ScaleRate(RateScaling::kLinear, kOwnBatch, {}, &recipe, &choices);
  EXPECT_EQ(status.code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(status.field(), "rate");
}

}  // namespace
}  // namespace alexnet
