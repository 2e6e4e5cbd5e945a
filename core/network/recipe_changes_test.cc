#include "core/network/recipe_changes.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(RecipeChangesTest, OnlyWhatIsSetChanges) {
  Recipe recipe;
  recipe.rate = 0.5f;
  recipe.schedule.patience = 7;
  RecipeChanges changes;
  changes.batch = 3;
  changes.schedule = ScheduleKind::kStep;
  changes.milestones = std::vector<float>{0.25f, 0.5f};
  changes.mirror = false;
  const auto changed = ChangeRecipe(recipe, changes);
  ASSERT_TRUE(changed.ok()) << changed.status().ToString();
  EXPECT_EQ(changed->batch, 3);
  EXPECT_EQ(changed->rate, 0.5f);
  EXPECT_EQ(changed->schedule.kind, ScheduleKind::kStep);
  EXPECT_EQ(changed->schedule.milestones, (std::vector<float>{0.25f, 0.5f}));
  EXPECT_EQ(changed->schedule.patience, 7);
  EXPECT_FALSE(changed->augmentation.mirror);
}

TEST(RecipeChangesTest, WhatCannotWorkIsRefusedByField) {
  RecipeChanges changes;
  changes.momentum = 1.5f;
  const auto changed = ChangeRecipe(Recipe(), changes);
  ASSERT_FALSE(changed.ok());
  EXPECT_NE(changed.status().ToString().find("momentum"), std::string::npos);
}

}  // namespace
}  // namespace alexnet
