#include "core/network/recipe.h"

#include <gtest/gtest.h>

#include <limits>

namespace alexnet {
namespace {

std::string FieldRefused(void (*change)(Recipe&)) {
  Recipe recipe;
  change(recipe);
  return ValidateRecipe(recipe).field();
}

TEST(RecipeTest, ThePaperIsTheDefault) {
  const Recipe recipe;
  EXPECT_TRUE(ValidateRecipe(recipe).ok());
  EXPECT_EQ(recipe.batch, 128);
  EXPECT_EQ(recipe.momentum, 0.9f);
  EXPECT_EQ(recipe.weight_decay, 5e-4f);
  EXPECT_EQ(recipe.rate, 0.01f);
  EXPECT_EQ(recipe.epochs, 90);
}

TEST(RecipeTest, ErrorsNameTheField) {
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.batch = 0; }), "batch");
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.epochs = -1; }), "epochs");
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.rate = -1; }), "rate");
  EXPECT_EQ(FieldRefused([](Recipe& r) {
              r.rate = std::numeric_limits<float>::quiet_NaN();
            }),
            "rate");
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.momentum = 1; }), "momentum");
  EXPECT_EQ(FieldRefused([](Recipe& r) {
              r.weight_decay = std::numeric_limits<float>::infinity();
            }),
            "weight_decay");
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.label_smoothing = 1; }),
            "label_smoothing");
  EXPECT_EQ(FieldRefused([](Recipe& r) {
              r.schedule.milestones = {0.5f, 0.4f};
            }),
            "milestones");
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.schedule.milestones = {1.0f}; }),
            "milestones");
  EXPECT_EQ(FieldRefused([](Recipe& r) { r.schedule.patience = 0; }),
            "patience");
}

}  // namespace
}  // namespace alexnet
