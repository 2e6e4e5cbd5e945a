#include "core/train/schedule.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

Recipe Make(ScheduleKind kind, int epochs) {
  Recipe recipe;
  recipe.rate = 0.01f;
  recipe.epochs = epochs;
  recipe.schedule.kind = kind;
  return recipe;
}

TEST(ScheduleTest, ConstantStays) {
  const RateSchedule schedule(Make(ScheduleKind::kConstant, 3), 10);
  EXPECT_FLOAT_EQ(schedule.Rate(0, 0), 0.01f);
  EXPECT_FLOAT_EQ(schedule.Rate(2, 9), 0.01f);
}

TEST(ScheduleTest, StepsCutAtTheUpdate) {
  Recipe recipe = Make(ScheduleKind::kStep, 10);
  // Neither product with 10 is a whole number in float arithmetic.
  recipe.schedule.milestones = {0.7f, 0.8f};
  const RateSchedule schedule(recipe, 7);
  EXPECT_FLOAT_EQ(schedule.Rate(6, 6), 0.01f);
  EXPECT_FLOAT_EQ(schedule.Rate(7, 0), 0.001f);
  EXPECT_FLOAT_EQ(schedule.Rate(7, 6), 0.001f);
  EXPECT_FLOAT_EQ(schedule.Rate(8, 0), 0.0001f);
}

TEST(ScheduleTest, StepsFallWithinAnEpochToo) {
  Recipe recipe = Make(ScheduleKind::kStep, 1);
  recipe.schedule.milestones = {0.5f};
  const RateSchedule schedule(recipe, 10);
  EXPECT_FLOAT_EQ(schedule.Rate(0, 4), 0.01f);
  EXPECT_FLOAT_EQ(schedule.Rate(0, 5), 0.001f);
}

TEST(ScheduleTest, PolyReachesItsHalfInTheMiddle) {
  Recipe recipe = Make(ScheduleKind::kPoly, 4);
  recipe.schedule.power = 1.0f;
  EXPECT_FLOAT_EQ(RateSchedule(recipe, 10).Rate(2, 0), 0.005f);
  recipe.schedule.power = 2.0f;
  EXPECT_FLOAT_EQ(RateSchedule(recipe, 10).Rate(2, 0), 0.0025f);
  // 39 of 40 updates done.
  EXPECT_NEAR(RateSchedule(recipe, 10).Rate(3, 9), 0.01f / 1600, 1e-9);
}

TEST(ScheduleTest, WarmUpRisesFromATenth) {
  Recipe recipe = Make(ScheduleKind::kConstant, 4);
  recipe.schedule.warmup_epochs = 2.0f;
  const RateSchedule schedule(recipe, 10);
  EXPECT_FLOAT_EQ(schedule.Rate(0, 0), 0.001f);
  EXPECT_FLOAT_EQ(schedule.Rate(1, 0), 0.0055f);
  EXPECT_FLOAT_EQ(schedule.Rate(2, 0), 0.01f);
}

TEST(ScheduleTest, PlateauCutsAfterPatienceAndNoMoreThanAllowed) {
  Recipe recipe = Make(ScheduleKind::kPlateau, 100);
  recipe.schedule.patience = 2;
  recipe.schedule.max_cuts = 2;
  RateSchedule schedule(recipe, 10);
  EXPECT_FALSE(schedule.EpochDone(0.9));
  EXPECT_FALSE(schedule.EpochDone(0.9));  // equal is not better
  EXPECT_FALSE(schedule.EpochDone(0.8));  // better: counting starts again
  EXPECT_FALSE(schedule.EpochDone(0.85));
  EXPECT_FLOAT_EQ(schedule.Rate(4, 0), 0.01f);
  EXPECT_TRUE(schedule.EpochDone(0.85));
  EXPECT_FLOAT_EQ(schedule.Rate(5, 0), 0.001f);
  EXPECT_FALSE(schedule.EpochDone(0.85));
  EXPECT_TRUE(schedule.EpochDone(0.85));
  EXPECT_FLOAT_EQ(schedule.Rate(7, 0), 0.0001f);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(schedule.EpochDone(0.85));
  EXPECT_FLOAT_EQ(schedule.Rate(17, 0), 0.0001f);
}

TEST(ScheduleTest, PlateauGoesOnFromItsState) {
  Recipe recipe = Make(ScheduleKind::kPlateau, 100);
  recipe.schedule.patience = 3;
  RateSchedule whole(recipe, 10);
  RateSchedule first(recipe, 10);
  const double errors[] = {0.9, 0.8, 0.85, 0.82, 0.81, 0.7, 0.9, 0.9, 0.9};
  for (int i = 0; i < 9; ++i) {
    RateSchedule next(recipe, 10, first.state());
    EXPECT_EQ(whole.EpochDone(errors[i]), next.EpochDone(errors[i])) << i;
    EXPECT_EQ(whole.Rate(i + 1, 0), next.Rate(i + 1, 0)) << i;
    first = RateSchedule(recipe, 10, next.state());
  }
  EXPECT_EQ(first.state().cuts, 2);
}

}  // namespace
}  // namespace alexnet
