// alexnet study: pairs of runs, and what they say.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/command.h"

namespace alexnet::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;
namespace fs = std::filesystem;

class StudyTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    data_ = AbsentPath("study_shapes");
    ShapesOptions options;
    options.train_per_class = 4;
    options.held_out_per_class = 2;
    draw_shapes(data_, options);
  }

  struct Numbers {
    const char* seeds = "2";
    const char* jobs = "2";
    const char* preset = "alexnet_small";
    const char* rate = "0";
  };
  static std::vector<std::string> Study(const std::string& name,
                                        const std::string& out) {
    return Study(name, out, Numbers());
  }
  static std::vector<std::string> Study(const std::string& name,
                                        const std::string& out,
                                        const Numbers& numbers) {
    return {
        "study",        name,          data_,        "--out",      out,
        "--seeds",      numbers.seeds, "--jobs",     numbers.jobs, "--preset",
        numbers.preset, "--rate",      numbers.rate, "--epochs",   "2",
        "--json"};
  }
  static Json Result(const std::vector<std::string>& command) {
    const CommandResult result = RunAlexnet(command);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return result.exit_code == 0 ? Json::parse(result.out) : Json();
  }

  static inline std::string data_;
};

// By the lines of metrics.jsonl, apart from what the program reads of them.
std::vector<Json> Epochs(const std::string& run) {
  std::vector<Json> epochs;
  std::ifstream file(run + "/metrics.jsonl");
  for (std::string text; std::getline(file, text);) {
    Json line = Json::parse(text);
    if (line["type"] == "epoch") epochs.push_back(std::move(line));
  }
  return epochs;
}

TEST_F(StudyTest, IsWhatItsRunsSay) {
  const std::string out = AbsentPath("study_lrn");
  const Json study = Result(Study("lrn", out));
  ASSERT_TRUE(study.is_object());
  double sum = 0.0;
  for (int i = 0; i < 2; ++i) {
    const std::string seed = std::to_string(i + 1);
    const auto with = Epochs(out + "/lrn-" + seed);
    const auto without = Epochs(out + "/no_lrn-" + seed);
    ASSERT_EQ(with.size(), 2u);
    ASSERT_EQ(without.size(), 2u);
    const Json& run = study["with"]["runs"][i];
    EXPECT_EQ(run["seed"], i + 1);
    EXPECT_EQ(run["value"], with[1]["top1_error"]);
    EXPECT_EQ(run["train_top1_error"][0], with[0]["train_top1_error"]);
    const Json& other = study["without"]["runs"][i];
    EXPECT_EQ(other["value"], without[1]["top1_error"]);
    sum += other["value"].get<double>() - run["value"].get<double>();
  }
  EXPECT_NEAR(study["difference"]["mean"].get<double>(), sum / 2, 1e-9);
  EXPECT_EQ(study["difference"]["pairs"], 2);
  EXPECT_LE(study["difference"]["low"], study["difference"]["mean"]);
  EXPECT_EQ(Json::parse(ReadText(out + "/study.json")), study);
  EXPECT_THAT(ReadText(out + "/study.html"),
              AllOf(HasSubstr("no_lrn"), HasSubstr("<svg")));
  EXPECT_THAT(ReadText(out + "/study.svg"),
              AllOf(StartsWith("<svg xmlns=\"http://www.w3.org/2000/svg\""),
                    HasSubstr("Error of held-out pictures"), HasSubstr(">lrn<"),
                    HasSubstr(">no_lrn<")));

  const Model without = Model::load(out + "/no_lrn-1/last.alexnet");
  const Model with = Model::load(out + "/lrn-1/last.alexnet");
  EXPECT_EQ(without.layers().size() + 2, with.layers().size());

  // Nothing is trained again, and nothing depends on how much ran at once.
  const auto written = fs::last_write_time(out + "/lrn-1/last.alexnet");
  EXPECT_EQ(Result(Study("lrn", out)), study);
  EXPECT_EQ(fs::last_write_time(out + "/lrn-1/last.alexnet"), written);
  const CommandResult longer = RunAlexnet(Study("lrn", out, {.rate = "1"}));
  EXPECT_EQ(longer.exit_code, 1);
  EXPECT_THAT(longer.err, HasSubstr("another training"));
  const std::string again = AbsentPath("study_again");
  EXPECT_EQ(Result(Study("lrn", again, {.jobs = "1"})), study);
}

TEST_F(StudyTest, GoesOnAfterItWasStopped) {
  const Json whole = Result(Study("dropout", AbsentPath("study_whole")));
  const std::string out = AbsentPath("study_stopped");
  const CommandResult stopped =
      RunAlexnet(Study("dropout", out), "seed 1: done");
  EXPECT_EQ(stopped.exit_code, 130) << stopped.err;
  EXPECT_FALSE(fs::exists(out + "/study.json"));
  EXPECT_EQ(Result(Study("dropout", out)), whole);
}

TEST_F(StudyTest, CountsEpochsAndSaysWhatLiesBeyond) {
  const std::string out = AbsentPath("study_relu");
  const Json study = Result(Study("relu", out));
  EXPECT_THAT(ReadText(out + "/study.svg"), HasSubstr("Training error"));
  for (const char* arm : {"with", "without"}) {
    for (const Json& run : study[arm]["runs"]) {
      EXPECT_EQ(run["value"], 2);  // too few to learn it
      EXPECT_EQ(run["beyond"], true);
    }
  }
  EXPECT_EQ(study["difference"]["pairs"], 0);
  EXPECT_EQ(study["verdict"], "too_few");
}

TEST_F(StudyTest, TenCropsAreOfTheSameModels) {
  const std::string out = AbsentPath("study_crops");
  const Json study = Result(Study("crops", out, {.seeds = "1"}));
  const CommandResult eval = RunAlexnet(
      {"eval", out + "/centre-1/last.alexnet", data_, "--ten-crop", "--json"});
  ASSERT_EQ(eval.exit_code, 0) << eval.err;
  EXPECT_EQ(study["with"]["runs"][0]["value"],
            Json::parse(eval.out)["top1_error"]);
  EXPECT_TRUE(study["difference"]["low"].is_null());
  EXPECT_EQ(study["verdict"], "too_few");

  const CommandResult none =
      RunAlexnet({"study", "crops", data_ + "/train", "--out",
                  AbsentPath("study_none"), "--epochs", "1", "--seeds", "1"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("train/ and val/"));
}

// A network that gives NaN is counted and shown.
TEST_F(StudyTest, RunsThatDivergeAreShown) {
  const std::string out = AbsentPath("study_diverged");
  const CommandResult result = RunAlexnet(
      {"study", "pooling", data_, "--out", out, "--epochs", "3", "--seeds", "1",
       "--preset", "alexnet_small", "--rate", "1e5"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("diverged"));
}

TEST_F(StudyTest, WhatCannotBeStudiedIsRefused) {
  const CommandResult unknown =
      RunAlexnet({"study", "size", data_, "--out", AbsentPath("study_no")});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there are relu, pooling"));
  EXPECT_EQ(RunAlexnet({"study", "lrn", data_}).exit_code, 2);
  const CommandResult layers = RunAlexnet(
      Study("lrn", AbsentPath("study_layers"), {.preset = "torchvision"}));
  EXPECT_EQ(layers.exit_code, 1);
  EXPECT_THAT(layers.err, HasSubstr("no layer \"lrn\""));
}

}  // namespace
}  // namespace alexnet::testing
