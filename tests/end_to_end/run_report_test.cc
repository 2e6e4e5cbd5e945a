// report.html of `alexnet train` and `finetune`.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/end_to_end/browser.h"
#include "tests/end_to_end/command.h"
#include "tests/end_to_end/png.h"

namespace alexnet::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::json;
namespace fs = std::filesystem;

size_t Count(const std::string& text, const std::string& part) {
  size_t count = 0;
  for (size_t at = text.find(part); at != std::string::npos;
       at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// Ten classes, four pictures of each to learn and two held out.
std::string Shapes() {
  const std::string data = AbsentPath("shapes");
  ShapesOptions options;
  options.train_per_class = 4;
  options.held_out_per_class = 2;
  draw_shapes(data, options);
  return data;
}

struct Numbers {
  const char* epochs = "3";
  const char* batch = "20";
  const char* rate = "1e-3";
};

std::vector<std::string> Training(const std::string& data,
                                  const std::string& out,
                                  const std::vector<std::string>& more = {},
                                  const Numbers& numbers = {}) {
  std::vector<std::string> arguments = {"train",        data,
                                        "--out",        out,
                                        "--preset",     "alexnet_small",
                                        "--input-size", "32",
                                        "--batch",      numbers.batch,
                                        "--epochs",     numbers.epochs,
                                        "--rate",       numbers.rate,
                                        "--log-every",  "1"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string Report(const std::string& out) {
  return ReadText(out + "/report.html");
}

// Of the run, the last of a kind.
Json LastLine(const std::string& out, const std::string& type) {
  std::ifstream file(out + "/metrics.jsonl");
  Json last;
  for (std::string text; std::getline(file, text);) {
    const Json line = Json::parse(text);
    if (line["type"] == type) last = line;
  }
  return last;
}

TEST(RunReportTest, ARunLeavesAReportOfWhatItDid) {
  const std::string data = Shapes(), out = AbsentPath("run");
  const CommandResult run = RunAlexnet(Training(data, out));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("report  " + out + "/report.html"));
  const std::string page = Report(out);
  EXPECT_THAT(page, HasSubstr("It is done, at "));
  EXPECT_THAT(page, HasSubstr("3 of 3 epochs, 6 updates"));
  for (const char* chart :
       {"Loss by epoch", "Error by epoch", "Learning rate",
        "Norm of all gradients, before clipping", "Speed", "conv1", "fc8"}) {
    EXPECT_THAT(page, HasSubstr("<title>" + std::string(chart) + "</title>"));
  }
  // What is said of the model by itself.
  const Json evaluation = Json::parse(
      RunAlexnet({"eval", out + "/last.alexnet", data, "--json"}).out);
  const Json& worst = evaluation["worst"];
  ASSERT_FALSE(worst.empty());
  EXPECT_EQ(Count(page, "<img "), worst.size());
  for (const Json& picture : worst) {
    EXPECT_THAT(page, HasSubstr("<div>" + picture["name"].get<std::string>() +
                                "</div>"));
  }
  for (const Json& row : evaluation["confusion"]) {
    for (const int64_t count : row) {
      if (count == 0) continue;
      EXPECT_THAT(page,
                  HasSubstr("<span>" + std::to_string(count) + "</span>"));
    }
  }
  EXPECT_THAT(page, HasSubstr("What was chosen, and why"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  for (const auto& entry : fs::directory_iterator(out)) {
    EXPECT_NE(entry.path().extension(), ".partial");
  }
  const Json epoch = LastLine(out, "epoch");
  EXPECT_EQ(epoch["norms"].size(), 6U);
}

TEST(RunReportTest, ItIsLeftOutWhereAsked) {
  const std::string out = AbsentPath("none");
  const CommandResult run =
      RunAlexnet(Training(Shapes(), out, {"--no-report"}));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run.out, Not(HasSubstr("report")));
  EXPECT_FALSE(fs::exists(out + "/report.html"));
}

TEST(RunReportTest, AResumedRunShowsTheWholeCurve) {
  const std::string data = Shapes(), out = AbsentPath("resumed");
  ASSERT_EQ(RunAlexnet(Training(data, out)).exit_code, 0);
  const std::string before = Report(out);
  // Nothing is left to do.
  ASSERT_EQ(RunAlexnet({"train", data, "--out", out, "--resume"}).exit_code, 0);
  EXPECT_EQ(Report(out), before);
  const CommandResult more =
      RunAlexnet({"train", data, "--out", out, "--resume", "--epochs", "5"});
  ASSERT_EQ(more.exit_code, 0) << more.err;
  const std::string page = Report(out);
  EXPECT_THAT(page, HasSubstr("5 of 5 epochs, 10 updates"));
  for (int epoch = 1; epoch <= 5; ++epoch) {
    EXPECT_THAT(page, HasSubstr("class=\"left\">" + std::to_string(epoch) +
                                "</th><td>"));
  }
}

TEST(RunReportTest, SeveralDevicesAndFineTuningHaveOne) {
  const std::string data = Shapes(), out = AbsentPath("several");
  for (const char* parallel : {"data", "towers"}) {
    fs::remove_all(out);
    const CommandResult run = RunAlexnet(
        Training(data, out, {"--devices", "cpu,cpu", "--parallel", parallel}));
    ASSERT_EQ(run.exit_code, 0) << run.err;
    const std::string page = Report(out);
    EXPECT_THAT(page, HasSubstr("Worst-classified pictures"));
    EXPECT_THAT(page, HasSubstr("parallel by "));
    EXPECT_GT(LastLine(out, "epoch")["norms"][0]["gradient"], 0.0);
  }
  const std::string tuned = AbsentPath("tuned");
  const CommandResult run =
      RunAlexnet({"finetune", out + "/best.alexnet", data, "--out", tuned,
                  "--epochs", "1", "--batch", "20", "--freeze", "..conv4"});
  ASSERT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(Report(tuned), HasSubstr("<title>fc8</title>"));
  EXPECT_EQ(LastLine(tuned, "epoch")["norms"][0]["update"], 0.0);
}

TEST(RunReportTest, WhatGoesWrongIsSaid) {
  const std::string data = Shapes(), out = AbsentPath("diverged");
  const CommandResult run =
      RunAlexnet(Training(data, out, {}, {"9", "20", "1e5"}));
  ASSERT_NE(run.exit_code, 0);
  const std::string page = Report(out);
  EXPECT_THAT(page, HasSubstr("It stopped at "));
  EXPECT_THAT(page, HasSubstr("training diverged"));
  EXPECT_THAT(page, HasSubstr("class=\"mark\""));
  EXPECT_EQ(LastLine(out, "warning")["kind"], "watch");
}

TEST(RunReportTest, APageThatCannotBeWrittenStopsNothing) {
  const std::string data = Shapes(), out = AbsentPath("blocked");
  fs::create_directories(out + "/report.html");
  const CommandResult run = RunAlexnet(Training(data, out));
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_EQ(Count(run.err, "report.html: cannot be written"), 1U) << run.err;
  EXPECT_THAT(run.out, Not(HasSubstr("report.html")));
}

// A thousand classes of two pictures, with names that would do harm.
std::string ManyClasses() {
  const std::string data = AbsentPath("many");
  for (uint32_t c = 0; c < 1000; ++c) {
    const std::string folder =
        data + "/<img src=x onerror=alert(" + std::to_string(c) + ")>";
    fs::create_directories(folder);
    for (uint32_t i = 0; i < 2; ++i) {
      Picture picture{9, 7, {}};
      for (uint32_t at = 0; at < 63; ++at) {
        for (const uint32_t level : {c * at, c + 90 * i, at * at + c, 255U}) {
          picture.rgba.push_back(static_cast<uint8_t>(level));
        }
      }
      WritePng(folder + "/\"><script>" + std::to_string(i) + "\x1b.png",
               picture);
    }
  }
  return data;
}

TEST(RunReportTest, ManyClassesGiveASmallPageWhateverTheirNames) {
  const std::string data = ManyClasses(), out = AbsentPath("many_run");
  const CommandResult run = RunAlexnet(Training(data, out, {}, {"1", "100"}));
  ASSERT_EQ(run.exit_code, 0) << run.err;
  const std::string page = Report(out);
  EXPECT_LT(page.size(), 5'000'000U);
  EXPECT_THAT(page, HasSubstr("The most frequent confusions"));
  EXPECT_EQ(Count(page, "class=\"thumb coarse\""), 24U);
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("<img src=x")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
}

TEST(RunReportTest, PagesFitPhonesAndDesks) {
  if (!HasBrowser()) GTEST_SKIP() << "there is no chromium on this machine";
  const std::string data = Shapes(), out = AbsentPath("shown");
  ASSERT_EQ(RunAlexnet(Training(data, out)).exit_code, 0);
  const std::string many = AbsentPath("many_shown");
  ASSERT_EQ(
      RunAlexnet(Training(ManyClasses(), many, {}, {"1", "100"})).exit_code, 0);
  for (const std::string& folder : {out, many}) {
    for (const int width : {390, 1400}) {
      const Shown shown = ShowPage(folder + "/report.html", width, folder);
      EXPECT_EQ(shown.overflow, 0) << width;
      EXPECT_EQ(shown.broken_pictures, 0);
      EXPECT_GT(shown.pictures, 0);
      EXPECT_EQ(shown.console, "");
    }
  }
}

}  // namespace
}  // namespace alexnet::testing
