#include "core/train/finetune/finetune.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "core/train/test_runs.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;
using testing::FreshFolder;
using testing::Numbers;
using testing::SmallRun;
using testing::WritePictures;

class Losses : public TrainingListener {
 public:
  void OnStart(const TrainingStart& report) override { start = report; }
  void OnEpoch(const EpochReport& epoch) override {
    losses.push_back(epoch.train_loss);
  }
  TrainingStart start;
  std::vector<double> losses;
};

class FinetuneTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    const std::string data = FreshFolder("finetune_base_data");
    WritePictures(data, 8, 2);
    const std::string out = FreshFolder("finetune_base");
    const auto trained = Train(SmallRun(data, out), nullptr, {});
    ASSERT_TRUE(trained.ok()) << trained.status().ToString();
    base_ = trained->best_path;
    // Three of the classes under other names.
    data_ = FreshFolder("finetune_data");
    int next = 0;
    for (const char* name : {"circle", "dots", "star"}) {
      fs::copy(data + "/train/" + name,
               data_ + "/kind" + std::to_string(next++));
    }
  }

  static FinetuneOptions Options(const std::string& out) {
    FinetuneOptions options;
    options.model = *LoadModel(base_);
    options.train = SmallRun(data_, FreshFolder(out));
    options.train.recipe = {};
    options.train.recipe.batch = 8;
    options.train.recipe.epochs = 6;
    return options;
  }

  static inline std::string base_;
  static inline std::string data_;
};

TEST_F(FinetuneTest, FrozenLayersKeepTheirBitsAndTheOthersLearn) {
  FinetuneOptions options = Options("frozen");
  options.head.freeze = std::vector<std::string>{"..conv2"};
  options.head.head_rate = 2.0f;
  options.train.recipe.epochs = 60;
  options.train.recipe.rate = 0.02f;
  options.train.recipe.schedule = ScheduleKind::kConstant;
  // The same pictures in every epoch, so that learning them is easy.
  options.train.recipe.crop = CropKind::kCentre;
  options.train.recipe.mirror = false;
  options.train.recipe.color_sigma = 0.0f;
  Losses losses;
  const auto result = Finetune(options, &losses, {});
  ASSERT_TRUE(result.ok()) << result.status().ToString();
  EXPECT_LT(losses.losses.back(), 0.85 * losses.losses.front());
  const auto base = LoadModel(base_);
  const auto tuned = LoadModel(result->last_path);
  ASSERT_TRUE(base.ok() && tuned.ok());
  EXPECT_EQ((*tuned)->labels(),
            (std::vector<std::string>{"kind0", "kind1", "kind2"}));
  EXPECT_EQ((*tuned)->provenance().parent_hash, (*base)->file_hash());
  const auto before = Numbers(base_);
  const auto after = Numbers(result->last_path);
  int64_t frozen = 0;
  for (size_t i = 0; i < (*base)->info().parameters.size(); ++i) {
    const ParameterInfo& parameter = (*tuned)->info().parameters[i];
    const std::string layer =
        parameter.name.substr(0, parameter.name.find('.'));
    if (layer == "conv1" || layer == "conv2") {
      EXPECT_EQ(before[i], after[i]) << parameter.name;
      EXPECT_EQ((*tuned)->momentum_tensor(static_cast<int>(i)), -1);
      frozen += parameter.shape.elements();
    } else if (layer == "fc8") {
      EXPECT_EQ(parameter.shape[0], 3);
      EXPECT_EQ(parameter.rule.rate, 2.0f * (parameter.is_bias ? 2 : 1));
    } else {
      EXPECT_NE(before[i], after[i]) << parameter.name;
    }
  }
  EXPECT_EQ(losses.start.frozen_parameters, frozen);
  EXPECT_GT(frozen, 0);
}

TEST_F(FinetuneTest, FewPicturesFreezeTheConvolutionsAndItSaysSo) {
  Losses losses;
  FinetuneOptions options = Options("defaults");
  options.train.recipe = {};
  options.train.recipe.epochs = 1;
  ASSERT_TRUE(Finetune(options, &losses, {}).ok());
  std::string said;
  for (const std::string& choice : losses.start.choices) said += choice + "\n";
  EXPECT_NE(said.find("frozen: conv1, conv2, conv3, conv4"), std::string::npos)
      << said;
  EXPECT_NE(said.find("fc8 is new, for 3 classes"), std::string::npos) << said;
}

TEST_F(FinetuneTest, AResumedFinetuningGivesTheSameBits) {
  FinetuneOptions options = Options("finetune_whole");
  options.train.recipe.epochs = 2;
  const auto whole = Finetune(options, nullptr, {});
  ASSERT_TRUE(whole.ok());
  const auto expected = Numbers(whole->last_path);

  options = Options("finetune_stopped");
  options.train.recipe.epochs = 2;
  CancelToken token;
  class Stop : public TrainingListener {
   public:
    explicit Stop(CancelToken* token) : token_(token) {}
    void OnStep(const StepReport& step) override {
      if (step.step == 4) token_->Cancel();
    }

   private:
    CancelToken* token_;
  } stop(&token);
  Interrupt interrupt;
  interrupt.token = &token;
  EXPECT_EQ(Finetune(options, &stop, interrupt).status().code(),
            StatusCode::kCancelled);
  options.train.resume = true;
  options.train.recipe = {};
  const auto rest = Finetune(options, nullptr, {});
  ASSERT_TRUE(rest.ok()) << rest.status().ToString();
  EXPECT_EQ(Numbers(rest->last_path), expected);
}

TEST_F(FinetuneTest, WhatIsSaidAnewMustBeAsItWas) {
  FinetuneOptions options = Options("finetune_anew");
  options.head.freeze = std::vector<std::string>{"conv1"};
  options.train.recipe.epochs = 1;
  ASSERT_TRUE(Finetune(options, nullptr, {}).ok());
  options.train.resume = true;
  options.train.recipe = {};
  options.head.says_head_rate = true;
  Status status = Finetune(options, nullptr, {}).status();
  EXPECT_TRUE(status.ok()) << status.ToString();

  options.head.head_rate = 5.0f;
  status = Finetune(options, nullptr, {}).status();
  EXPECT_EQ(status.field(), "head_rate");
  EXPECT_NE(status.message().find("10 times as fast"), std::string::npos)
      << status.message();
  EXPECT_NE(status.message().find("says 5"), std::string::npos);

  options.head.says_head_rate = false;
  options.head.freeze = std::vector<std::string>{"..conv2"};
  status = Finetune(options, nullptr, {}).status();
  EXPECT_EQ(status.field(), "freeze");
  EXPECT_NE(status.message().find("conv1, conv2"), std::string::npos)
      << status.message();

  // Another model than it began with, and a run that began with none.
  options.head.freeze.reset();
  const std::string began = options.train.out;
  const auto finished = LoadModel(began + "/last.alexnet");
  ASSERT_TRUE(finished.ok());
  options.model = *finished;
  status = Finetune(options, nullptr, {}).status();
  EXPECT_NE(status.message().find("began with another model"),
            std::string::npos)
      << status.message();
}

TEST_F(FinetuneTest, RefusesLayersThatAreNotThereOrMustLearn) {
  const auto base = LoadModel(base_);
  ASSERT_TRUE(base.ok());
  HeadOptions options;
  options.freeze = std::vector<std::string>{"conv9"};
  auto plan = PlanFinetune(**base, 3, 100, options);
  ASSERT_FALSE(plan.ok());
  EXPECT_EQ(plan.status().code(), StatusCode::kNotFound);
  EXPECT_EQ(plan.status().field(), "freeze");
  // Up to a layer without parameters is as good a name.
  EXPECT_NE(plan.status().message().find("conv1, relu1"), std::string::npos)
      << plan.status().message();
  options.freeze = std::vector<std::string>{"..relu1"};
  plan = PlanFinetune(**base, 3, 100, options);
  ASSERT_TRUE(plan.ok()) << plan.status().ToString();
  EXPECT_EQ(plan->frozen, std::vector<std::string>{"conv1"});
  options.freeze = std::vector<std::string>{"fc8"};
  EXPECT_EQ(PlanFinetune(**base, 3, 100, options).status().code(),
            StatusCode::kInvalidArgument);
  options.freeze = std::vector<std::string>{"none"};
  plan = PlanFinetune(**base, 3, 100, options);
  ASSERT_TRUE(plan.ok());
  EXPECT_TRUE(plan->frozen.empty());
}

TEST_F(FinetuneTest, RatesDoNotGrowFromTuningToTuning) {
  const auto base = LoadModel(base_);
  ASSERT_TRUE(base.ok());
  FinetuneOptions options = Options("once");
  options.train.recipe.epochs = 1;
  const auto once = Finetune(options, nullptr, {});
  ASSERT_TRUE(once.ok());
  const auto tuned = LoadModel(once->best_path);
  ASSERT_TRUE(tuned.ok());
  options.head.freeze = std::vector<std::string>{"none"};
  const auto first = PlanFinetune(**base, 3, 100, options.head);
  const auto again = PlanFinetune(**tuned, 3, 100, options.head);
  ASSERT_TRUE(first.ok() && again.ok());
  const auto a = InferNetwork(first->network);
  const auto b = InferNetwork(again->network);
  for (size_t i = 0; i < a->parameters.size(); ++i) {
    // A frozen layer has lost what its bias learned relative to its weights.
    if (a->parameters[i].is_bias) continue;
    EXPECT_EQ(a->parameters[i].rule.rate, b->parameters[i].rule.rate);
  }
}

}  // namespace
}  // namespace alexnet
