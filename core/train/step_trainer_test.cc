#include "core/train/step_trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "core/infer/test_models.h"

namespace alexnet {
namespace {

class StepTrainerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    test_ = testing::MakeTestModel({"a", "b", "c"}, 7);
    const std::string path = ::testing::TempDir() + "/steps.alexnet";
    ASSERT_TRUE(SaveModel(path, test_.contents).ok());
    StepTrainerOptions options;
    options.batch = 2;
    options.threads = 1;
    auto made = StepTrainer::Create(*LoadModel(path), options);
    ASSERT_TRUE(made.ok()) << made.status().ToString();
    trainer_ = *std::move(made);
    images_.assign(2 * 3 * 24 * 24, 0.25f);
    for (size_t i = 0; i < images_.size(); i += 5) images_[i] = -0.5f;
  }

  Result<StepResult> Step(float rate) {
    UpdateRule rule;
    rule.rate = rate;
    rule.momentum = 0.0f;
    rule.weight_decay = 0.0f;
    return trainer_->Step(images_, labels_, rule);
  }
  std::vector<float> Read(ParameterValue what) {
    std::vector<float> values(3);
    EXPECT_TRUE(trainer_->Read("fc8.bias", what, values).ok());
    return values;
  }

  testing::TestModel test_;
  std::unique_ptr<StepTrainer> trainer_;
  std::vector<float> images_;
  std::vector<int32_t> labels_ = {0, 2};
};

TEST_F(StepTrainerTest, AnUpdateIsTheRateTimesTheGradient) {
  const std::vector<float> before = Read(ParameterValue::kParameter);
  ASSERT_TRUE(Step(0.1f).ok());
  const std::vector<float> gradient = Read(ParameterValue::kGradient);
  const std::vector<float> after = Read(ParameterValue::kParameter);
  // fc8's bias learns twice as fast as its weights.
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(after[i], before[i] - 0.2f * gradient[i], 1e-6);
  }
  EXPECT_EQ(trainer_->steps(), 1);
  const auto model = trainer_->ModelNow({});
  ASSERT_TRUE(model.ok()) << model.status().ToString();
  EXPECT_EQ((*model)->Label(2), "c");
  const int index = FindParameter((*model)->info(), "fc8.bias").value();
  EXPECT_EQ((*model)->Parameter(index)->f32()[0], after[0]);
}

TEST_F(StepTrainerTest, NothingIsUpdatedByWhatIsNotFinite) {
  std::vector<float> bias(3, std::numeric_limits<float>::quiet_NaN());
  ASSERT_TRUE(
      trainer_->Write("fc8.bias", ParameterValue::kParameter, bias).ok());
  std::vector<float> before(32);
  std::vector<float> after(32);
  ASSERT_TRUE(
      trainer_->Read("conv1.bias", ParameterValue::kParameter, before).ok());
  EXPECT_EQ(Step(0.1f).status().code(), StatusCode::kDiverged);
  ASSERT_TRUE(
      trainer_->Read("conv1.bias", ParameterValue::kParameter, after).ok());
  EXPECT_EQ(before, after);
  EXPECT_EQ(trainer_->steps(), 0);
}

TEST_F(StepTrainerTest, ANanPixelUpdatesNothingAndTheRunGoesOn) {
  const auto all = [&] {
    const std::shared_ptr<const Model> model = trainer_->ModelNow({}).value();
    std::vector<float> values;
    for (size_t p = 0; p < model->info().parameters.size(); ++p) {
      const TensorView view = model->Parameter(static_cast<int>(p)).value();
      values.insert(values.end(), view.f32(),
                    view.f32() + view.shape.elements());
    }
    return values;
  };
  const std::vector<float> before = all();
  const float good =
      std::exchange(images_[17], std::numeric_limits<float>::quiet_NaN());
  const auto diverged = Step(0.1f);
  EXPECT_EQ(diverged.status().code(), StatusCode::kDiverged);
  EXPECT_NE(diverged.status().message().find("not finite"), std::string::npos);
  EXPECT_EQ(all(), before);
  images_[17] = good;
  EXPECT_TRUE(Step(0.1f).ok());
  EXPECT_EQ(trainer_->steps(), 1);
  EXPECT_NE(all(), before);
}

TEST_F(StepTrainerTest, NoModelIsMadeOfWhatIsNotFinite) {
  const std::vector<float> bias = {0.0f, std::numeric_limits<float>::infinity(),
                                   0.0f};
  ASSERT_TRUE(
      trainer_->Write("fc8.bias", ParameterValue::kParameter, bias).ok());
  const auto model = trainer_->ModelNow({});
  EXPECT_EQ(model.status().code(), StatusCode::kDiverged);
  EXPECT_EQ(model.status().field(), "fc8.bias");
  EXPECT_NE(model.status().message().find("1 of 3 values"), std::string::npos);
}

TEST_F(StepTrainerTest, BadInputIsNamed) {
  std::vector<float> values(3);
  EXPECT_EQ(
      trainer_->Read("fc8.bias", ParameterValue::kGradient, values).field(),
      "trainer");
  EXPECT_EQ(
      trainer_->Write("fc8.bias", ParameterValue::kGradient, values).field(),
      "what");
  const Status unknown =
      trainer_->Read("fc9.bias", ParameterValue::kParameter, values);
  EXPECT_EQ(unknown.code(), StatusCode::kNotFound);
  EXPECT_EQ(unknown.field(), "name");
  values.resize(2);
  EXPECT_EQ(
      trainer_->Read("fc8.bias", ParameterValue::kParameter, values).field(),
      "count");
  EXPECT_EQ(Step(-1.0f).status().field(), "rate");
  EXPECT_EQ(Step(std::nanf("")).status().field(), "rate");
  labels_[1] = 3;
  EXPECT_EQ(Step(0.1f).status().field(), "labels");
  labels_ = {0};
  EXPECT_EQ(Step(0.1f).status().field(), "label_count");
  images_.pop_back();
  EXPECT_EQ(Step(0.1f).status().field(), "image_size");
}

}  // namespace
}  // namespace alexnet
