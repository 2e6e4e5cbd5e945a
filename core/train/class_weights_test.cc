#include "core/train/class_weights.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "core/backend/reference/reference_backend.h"
#include "core/model/model.h"
#include "core/train/test_runs.h"
#include "core/train/trainer.h"

namespace alexnet {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::FloatEq;
using testing::FreshFolder;
using ::testing::HasSubstr;
using testing::Numbers;
using testing::Recorder;
using testing::SmallRun;
using testing::TrainUntil;
using testing::WritePictures;

const std::vector<std::string> kClasses = {"a=b", "cat", "dog"};
const std::vector<int64_t> kCounts = {6, 3, 1};

std::vector<float> Weights(const std::string& text,
                           const std::vector<int64_t>& counts = kCounts) {
  const auto weights = ClassWeightsOf(text, kClasses, counts);
  EXPECT_TRUE(weights.ok()) << weights.status().ToString();
  return weights.ok() ? *weights : std::vector<float>();
}

Status Refusal(const std::string& text,
               const std::vector<int64_t>& counts = kCounts) {
  return ClassWeightsOf(text, kClasses, counts).status();
}

StatusCode CodeOf(std::string_view message) {
  return message.starts_with("there is no class")
             ? StatusCode::kNotFound
             : StatusCode::kInvalidArgument;
}

std::string JsonFile(const std::string& text) {
  std::string path = FreshFolder("class_weights") + "/weights.json";
  std::ofstream(path) << text;
  return path;
}

TEST(ClassWeightsTest, BalancedIsPicturesByClassesTimesCount) {
  EXPECT_THAT(
      Weights("balanced"),
      ElementsAre(FloatEq(10.0f / 18), FloatEq(10.0f / 9), FloatEq(10.0f / 3)));
  // A class without pictures neither counts nor disturbs.
  EXPECT_THAT(Weights("balanced", {6, 0, 2}),
              ElementsAre(FloatEq(8.0f / 12), 1.0f, FloatEq(8.0f / 4)));
}

TEST(ClassWeightsTest, EveryFormGivesAMeanOfOne) {
  // (6 * 1 + 3 * 2 + 1 * 0.5) / 10
  const double mean = 1.25;
  const auto expected =
      ElementsAre(FloatEq(1 / mean), FloatEq(2 / mean), FloatEq(0.5 / mean));
  EXPECT_THAT(Weights("cat=2,dog=0.5"), expected);
  EXPECT_THAT(Weights("dog=5e-1, a=b=1, cat=2"), expected);
  EXPECT_THAT(Weights(JsonFile(R"({"cat": 2, "dog": 0.5})")), expected);
  EXPECT_THAT(Weights(JsonFile("[2, 4, 1]")), expected);
  EXPECT_THAT(Weights("cat=0,a=b=0"), ElementsAre(0.0f, 0.0f, 10.0f));
}

TEST(ClassWeightsTest, WhatIsWrongIsNamed) {
  const struct {
    std::string text;
    const char* message;
  } cases[] = {
      {"cta=2", "there is no class \"cta\""},
      {"cat=2,cat=3", "'cat' is named twice"},
      {"cat=-1", "'cat' is -1; it must be from 0 to 1e+06"},
      {"cat=nan", "'cat' is nan"},
      {"cat=2e6", "'cat' is 2e+06"},
      {"cat=2x", "'cat=2x' is no CLASS=WEIGHT"},
      {"cat", "'cat' is no CLASS=WEIGHT"},
      {"cat=1,,dog=2", "'' is no CLASS=WEIGHT"},
      {"blanced", "\"balanced\""},
      {"a=b=0,cat=0,dog=0", "none would count"},
  };
  for (const auto& each : cases) {
    const Status status = Refusal(each.text);
    EXPECT_EQ(status.code(), CodeOf(each.message)) << each.text;
    EXPECT_EQ(status.field(), "class_weights");
    EXPECT_THAT(status.message(), HasSubstr(each.message));
  }
  // Only a class that has no pictures would count.
  EXPECT_THAT(Refusal("a=b=0,dog=0", {6, 0, 1}).message(),
              HasSubstr("none would count"));
}

TEST(ClassWeightsTest, WhatIsWrongInAFileIsNamed) {
  const struct {
    const char* text;
    const char* message;
  } cases[] = {
      {"[1, 2]", "2 weights for 3 classes"},
      {"[1, 2, 3, 4]", "4 weights for 3 classes"},
      {"{\"cta\": 2}", "there is no class \"cta\""},
      {"{\"cat\": \"2\"}", "wanted is an object"},
      {"{\"cat\": 2, \"cat\": 2}", "no JSON"},
      {"3", "wanted is an object"},
      {"{", "no JSON"},
  };
  for (const auto& each : cases) {
    const std::string path = JsonFile(each.text);
    const Status status = Refusal(path);
    EXPECT_EQ(status.code(), CodeOf(each.message)) << each.text;
    EXPECT_EQ(status.file(), path);
    EXPECT_THAT(status.message(), HasSubstr(each.message));
  }
  EXPECT_EQ(Refusal("/nowhere/weights.json").code(), StatusCode::kNotFound);
}

// torch.nn.CrossEntropyLoss(weight=[0.5, 4.0, 1.5]) in float64, whose mean is
// over the weights of the batch: the same where the batch is the training set.
TEST(ClassWeightsTest, TheLossOfAllPicturesIsTorchs) {
  const std::vector<float> logits = {0.5f,   -1.0f, 2.0f, 1.5f, 0.25f,
                                     -0.75f, -2.0f, 0.0f, 1.0f, 0.125f,
                                     3.0f,   -1.5f, 1.0f, 1.0f, -1.0f};
  const std::vector<int32_t> labels = {2, 0, 0, 1, 0};
  const std::vector<float> expected = {
      0.0375622269f,  0.0083812657f, -0.0459434926f, -0.0201114042f,
      0.0147026146f,  0.0054087896f, -0.0689200695f, 0.0185354615f,
      0.0503846080f,  0.0301986276f, -0.0361450899f, 0.0059464623f,
      -0.0379778192f, 0.0334507522f, 0.0045270670f};
  const std::vector<float> weights =
      Weights(JsonFile("[0.5, 4, 1.5]"), {3, 1, 1});
  std::vector<float> gradient(logits.size());
  LossArgs args;
  args.logits = logits.data();
  args.labels = labels.data();
  args.batch = 5;
  args.classes = 3;
  args.class_weights = weights.data();
  args.gradient = gradient.data();
  LossResult result;
  args.result = &result;
  ASSERT_TRUE(CreateReferenceBackend()->Loss(args).ok());
  EXPECT_NEAR(result.loss_sum / 5, 0.4060704637, 1e-6);
  for (size_t i = 0; i < gradient.size(); ++i) {
    EXPECT_NEAR(gradient[i], expected[i], 1e-7) << i;
  }
}

class WeighedRunTest : public ::testing::Test {
 protected:
  // "star" has 2 of its 8 pictures.
  static void SetUpTestSuite() {
    data_ = FreshFolder("weighed_data");
    WritePictures(data_, 8, 2);
    int left = 2;
    for (const auto& file :
         std::filesystem::directory_iterator(data_ + "/train/star")) {
      if (left-- <= 0) std::filesystem::remove(file);
    }
  }

  static TrainOptions RunOf(const std::string& weights, const char* out) {
    TrainOptions options = SmallRun(data_, FreshFolder(out));
    options.recipe.epochs = 2;
    options.class_weights = weights;
    return options;
  }
  static std::vector<std::vector<float>> NumbersOf(const std::string& weights) {
    const TrainOptions options = RunOf(weights, "weighed_run");
    const Status status = Train(options, nullptr, {}).status();
    EXPECT_TRUE(status.ok()) << status.ToString();
    return Numbers(options.out + "/last.alexnet");
  }

  static inline std::string data_;
};

TEST_F(WeighedRunTest, EqualWeightsChangeNothing) {
  const std::string equal = JsonFile("[3, 3, 3, 3, 3, 3, 3, 3, 3, 3]");
  const auto plain = NumbersOf("");
  EXPECT_EQ(NumbersOf(equal), plain);
  EXPECT_NE(NumbersOf("balanced"), plain);
}

TEST_F(WeighedRunTest, AreSaidKeptAndGoneOnWith) {
  TrainOptions options = RunOf("balanced", "weighed_whole");
  Recorder whole;
  ASSERT_TRUE(Train(options, &whole, {}).ok());
  // 74 pictures: 74 / (10 * 8) and 74 / (10 * 2).
  EXPECT_THAT(whole.starts[0].choices,
              Contains(HasSubstr("from 0.925 times (checkerboard) to 3.7 times "
                                 "(star)")));
  const std::vector<float> kept = LoadModel(options.out + "/last.alexnet")
                                      .value()
                                      ->training_state()
                                      ->class_weights;
  ASSERT_EQ(kept.size(), 10u);
  EXPECT_FLOAT_EQ(kept[7], 3.7f);
  const auto expected = Numbers(options.out + "/last.alexnet");

  options = RunOf("balanced", "weighed_stopped");
  Recorder recorder;
  EXPECT_EQ(TrainUntil(7, options, &recorder).code(), StatusCode::kCancelled);
  options.resume = true;
  options.recipe = {};
  options.class_weights = "star=2";
  const Status other = Train(options, nullptr, {}).status();
  EXPECT_EQ(other.field(), "class_weights");
  EXPECT_THAT(other.message(), HasSubstr("other weights of classes"));
  // Said again in other words, and not said.
  options.class_weights = "star=4";
  EXPECT_EQ(TrainUntil(10, options, &recorder).code(), StatusCode::kCancelled);
  options.class_weights = "";
  ASSERT_TRUE(Train(options, nullptr, {}).ok());
  EXPECT_EQ(Numbers(options.out + "/last.alexnet"), expected);
}

TEST_F(WeighedRunTest, ARunWithoutGetsNoneLater) {
  TrainOptions options = RunOf("", "weighed_none");
  ASSERT_TRUE(Train(options, nullptr, {}).ok());
  options.resume = true;
  options.recipe = {};
  options.class_weights = "star=2";
  EXPECT_THAT(Train(options, nullptr, {}).status().message(),
              HasSubstr("no weights of classes"));
}

TEST_F(WeighedRunTest, ClassesAreBalancedOnce) {
  TrainOptions options = RunOf("balanced", "weighed_twice");
  options.recipe.class_balance = ClassBalance::kSampling;
  const Status status = Train(options, nullptr, {}).status();
  EXPECT_EQ(status.field(), "class_weights");
  EXPECT_THAT(status.message(), HasSubstr("give one of the two"));
  // Nothing was begun.
  EXPECT_FALSE(std::filesystem::exists(options.out + "/last.alexnet"));
  // Weights are those of an epoch of equal classes.
  options.class_weights = "star=11";
  Recorder recorder;
  ASSERT_TRUE(Train(options, &recorder, {}).ok());
  EXPECT_THAT(recorder.starts[0].choices,
              Contains(HasSubstr("to 5.5 times (star)")));
}

}  // namespace
}  // namespace alexnet
