#include "core/train/watch.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace alexnet {
namespace {

TrainingWatch Make(std::vector<int64_t> counts) {
  return TrainingWatch({std::move(counts), 10});
}

// The number of messages in `steps` steps of `loss`.
int Messages(TrainingWatch& watch, double loss, int64_t steps) {
  int messages = 0;
  for (int64_t step = 1; step <= steps; ++step) {
    messages += watch.Stuck(loss, step).has_value();
  }
  return messages;
}

TEST(WatchTest, ChanceIsTheEntropyOfTheClasses) {
  EXPECT_NEAR(Make({5, 5, 5, 5}).chance_loss(), std::log(4.0), 1e-12);
  // 3/4 and 1/4: -(3/4 ln 3/4 + 1/4 ln 1/4).
  EXPECT_NEAR(Make({30, 10}).chance_loss(), 0.5623351446188083, 1e-12);
  // Weighed, they are alike.
  const TrainingWatch weighed({{30, 10}, 10, {0.5f, 1.5f}});
  EXPECT_NEAR(weighed.chance_loss(), std::log(2.0), 1e-12);
}

TEST(WatchTest, StuckIsSaidOnceAndNotEarly) {
  TrainingWatch watch = Make({5, 5, 5, 5});
  EXPECT_EQ(Messages(watch, std::log(4.0), 2 * watch.window()), 0);
  EXPECT_EQ(Messages(watch, std::log(4.0), 5 * watch.window()), 1);
}

TEST(WatchTest, StuckNamesLnOfClasses) {
  TrainingWatch watch = Make({1, 1, 1, 1});
  std::optional<std::string> message;
  for (int64_t step = 1; !message && step < 10'000; ++step) {
    message = watch.Stuck(1.386, step);
  }
  ASSERT_TRUE(message.has_value());
  EXPECT_NE(message->find("ln(4) = 1.3863"), std::string::npos) << *message;
  EXPECT_NE(message->find("`alexnet_dataset_lint`"), std::string::npos);
}

TEST(WatchTest, LearningIsNotStuck) {
  TrainingWatch watch = Make({5, 5, 5, 5});
  EXPECT_EQ(Messages(watch, 0.97 * std::log(4.0), 10 * watch.window()), 0);
}

TEST(WatchTest, GuessingTheCommonClassIsStuck) {
  TrainingWatch watch = Make({30, 10});
  EXPECT_EQ(Messages(watch, 0.5624, 10 * watch.window()), 1);
}

TEST(WatchTest, AStepThatDivergedOrALargeLossStopsTheRun) {
  const TrainingWatch watch = Make({5, 5});
  for (const StepResult& step :
       {StepResult{.loss = std::nan(""), .diverged = true},
        StepResult{.loss = 0.1, .diverged = true}, StepResult{.loss = 1e4}}) {
    const Status status = watch.CheckStep(step, 0.5f, 2, 4);
    EXPECT_EQ(status.code(), StatusCode::kDiverged);
    EXPECT_NE(status.message().find("epoch 3, batch 5"), std::string::npos);
    EXPECT_NE(status.message().find("`rate`, such as 0.05"), std::string::npos);
  }
  EXPECT_TRUE(watch.CheckStep({.loss = 50.0}, 0.5f, 0, 0).ok());
}

TEST(WatchTest, DeadLayersAreNamedOnceAfterTwoLooks) {
  Network network;
  network.layers = {{"conv1", Convolution()}, {"relu1", Activation()}};
  TrainingWatch watch = Make({5, 5});
  const float dead[] = {-1.0f, 0.999f};
  const float alive[] = {-1.0f, 0.9f};
  EXPECT_TRUE(watch.Dead(dead, network).empty());
  EXPECT_TRUE(watch.Dead(alive, network).empty());
  EXPECT_TRUE(watch.Dead(dead, network).empty());
  const std::vector<std::string> said = watch.Dead(dead, network);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_NE(said[0].find("relu1"), std::string::npos);
  EXPECT_TRUE(watch.Dead(dead, network).empty());
}

}  // namespace
}  // namespace alexnet
