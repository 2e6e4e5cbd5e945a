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
  EXPECT_EQ(study["held_out"], Dataset(data_).size(ALEXNET_PART_VALIDATION));
  EXPECT_EQ(study["diverged"], 0);
  // The page has the table, what is concluded, the curves, and leads to the
  // pages of the runs.
  EXPECT_THAT(ReadText(out + "/study.html"),
              AllOf(HasSubstr("Response normalization lowers the error"),
                    HasSubstr("<th scope=\"col\">seed 2</th>"),
                    HasSubstr("<a href=\"no_lrn-2/report.html\">"),
                    HasSubstr("95 % interval"), HasSubstr("2 of 2 pairs"),
                    HasSubstr("Training error by epoch</h3>"),
                    HasSubstr("Error of held-out pictures by epoch</h3>"),
                    HasSubstr("<svg")));
  for (const char* run : {"lrn-1", "lrn-2", "no_lrn-1", "no_lrn-2"}) {
    EXPECT_THAT(ReadText(out + "/" + run + "/report.html"),
                AllOf(HasSubstr("It is done"), HasSubstr("What is taken for")));
  }
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
    EXPECT_EQ(study[arm]["mean"], 2);
    EXPECT_TRUE(study[arm]["deviation"].is_null());
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
}

// They are counted and shown, in all forms, and again when called again.
TEST_F(StudyTest, RunsThatDivergeAreShown) {
  const std::string out = AbsentPath("study_diverged");
  std::vector<std::string> command = {
      "study",         "pooling", data_,     "--out", out,
      "--epochs",      "3",       "--seeds", "1",     "--preset",
      "alexnet_small", "--rate",  "1e5"};
  const CommandResult result = RunAlexnet(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("2 runs diverged and have no value"));
  EXPECT_THAT(ReadText(out + "/study.html"),
              HasSubstr("2 runs diverged and have no value"));
  EXPECT_THAT(ReadText(out + "/apart-1/report.html"), HasSubstr("It stopped"));
  command.push_back("--json");
  const Json study = Result(command);
  EXPECT_EQ(study["diverged"], 2);
  EXPECT_THAT(study["with"]["runs"][0]["diverged"].get<std::string>(),
              HasSubstr("diverged"));
  EXPECT_TRUE(study["with"]["runs"][0]["value"].is_null());
  EXPECT_EQ(study["verdict"], "too_few");
}

// One picture of each of `classes` classes, or all of the only one.
std::string FewPictures(const std::string& shapes, const std::string& name,
                        size_t classes) {
  const std::string folder = AbsentPath(name);
  size_t copied = 0;
  for (const auto& kind : fs::directory_iterator(shapes + "/train")) {
    const fs::path to = folder / kind.path().filename();
    fs::create_directories(to);
    for (const auto& picture : fs::directory_iterator(kind)) {
      fs::copy(picture, to);
      if (classes > 1) break;
    }
    if (++copied == classes) break;
  }
  return folder;
}

TEST_F(StudyTest, DataThatCannotBeStudiedIsRefusedBeforeTraining) {
  const auto refused = [](const std::string& data) {
    const std::string out = AbsentPath("study_refused");
    const CommandResult result =
        RunAlexnet({"study", "lrn", data, "--out", out, "--epochs", "1"});
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_FALSE(fs::exists(out));
    EXPECT_THAT(result.err, HasSubstr(data));
    return result.err;
  };
  EXPECT_THAT(refused(FewPictures(data_, "study_one_class", 1)),
              HasSubstr("all pictures are of one class"));
  EXPECT_THAT(refused(FewPictures(data_, "study_one_picture", 3)),
              HasSubstr("no picture can be held out"));
  const std::string out = AbsentPath("study_none");
  const CommandResult none =
      RunAlexnet({"study", "crops", data_ + "/train", "--out", out, "--epochs",
                  "1", "--seeds", "1"});
  EXPECT_EQ(none.exit_code, 1);
  EXPECT_THAT(none.err, HasSubstr("train/ and val/"));
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(StudyTest, WhatCannotBeStudiedIsRefused) {
  const std::string out = AbsentPath("study_no");
  const CommandResult unknown =
      RunAlexnet({"study", "size", data_, "--out", out});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("there are relu, pooling"));
  EXPECT_EQ(RunAlexnet({"study", "lrn", data_}).exit_code, 2);
  const struct {
    const char* claim;
    const char* preset;
    const char* why;
  } cases[] = {
      {"lrn", "torchvision", "no layer \"lrn\"; there are conv1, relu1"},
      {"dropout", "cifar10", "no layer \"dropout\"; there are conv1, pool1"},
      {"towers", "cifar10", "cifar10 has no towers"},
      {"pooling", "lenet5", "lenet5 has no pooling windows that overlap"},
      {"augmentation", "cifar10", "cifar10 has no augmentation"},
      {"relu", "tiny", "\"tiny\""}};
  for (const auto& [claim, preset, why] : cases) {
    const CommandResult result =
        RunAlexnet(Study(claim, out, {.preset = preset}));
    EXPECT_EQ(result.exit_code, 1);
    EXPECT_THAT(result.err, HasSubstr(why));
    EXPECT_FALSE(fs::exists(out)) << claim;
  }
}

}  // namespace
}  // namespace alexnet::testing
