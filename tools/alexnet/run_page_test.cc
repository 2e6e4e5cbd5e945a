#include "tools/alexnet/run_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <string>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kHarm = "<script>x</script>\"'&\x1b\xFF";

class RunPageTest : public ::testing::Test {
 protected:
  void SetUp() override { std::ofstream(path_, std::ios::trunc); }

  void Write(const std::string& text) {
    std::ofstream(path_, std::ios::app) << text;
  }
  void WriteStart(int64_t steps_per_epoch, const std::string& more = "") {
    Write(R"({"type":"start","network":"net","device":"cpu","epochs":9,)"
          R"("batch":8,"threads":1,"seed":1,"rate":0.5,"train_samples":80,)"
          R"("validation_samples":20,"parameters":1234,"classes":["a","b"],)"
          R"("steps_per_epoch":)" +
          std::to_string(steps_per_epoch) + more + "}\n");
  }
  void WriteStep(int64_t step, const std::string& loss) {
    Write(R"({"type":"step","step":)" + std::to_string(step) + R"(,"loss":)" +
          loss +
          R"(,"rate":0.5,"gradient_norm":2,"images_per_second":100})"
          "\n");
  }
  void WriteEpoch(int64_t epoch, int64_t step, const std::string& norms = "") {
    Write(R"({"type":"epoch","epoch":)" + std::to_string(epoch) +
          R"(,"step":)" + std::to_string(step) +
          R"(,"train_loss":1.5,"train_top1_error":80,"top1_error":70,)"
          R"("top5_error":9,"loss":null,"best":true,"rate":0.5,"seconds":3,)"
          R"("images_per_second":100,"norms":[)" +
          norms + "]}\n");
  }
  void WriteWarning(int64_t step, const char* kind, const std::string& text) {
    Write(R"({"type":"warning","epoch":0,"step":)" + std::to_string(step) +
          R"(,"kind":")" + kind + R"(","message":")" + text + "\"}\n");
  }
  std::string Page() {
    history_.Read();
    return RunPage(
        {history_, findings_, classes_, "run", "data", "It goes on.", false});
  }

  const std::string path_ = ::testing::TempDir() + "metrics.jsonl";
  RunHistory history_{path_};
  RunFindings findings_;
  std::vector<std::string> classes_ = {"a", "b"};
};

TEST_F(RunPageTest, WhatIsBeingWrittenIsReadLater) {
  WriteStart(2);
  WriteStep(1, "3.5");
  Write(R"({"type":"step","step":2,"loss":)");
  history_.Read();
  EXPECT_EQ(history_.steps(), 1);
  Write("2.5,\"rate\":1}\nno json\n");
  WriteEpoch(0, 2);
  history_.Read();
  history_.Read();
  EXPECT_EQ(history_.steps(), 2);
  ASSERT_EQ(history_.batch_loss().points().size(), 2U);
  EXPECT_EQ(history_.batch_loss().points()[1], std::pair(1.0, 2.5));
  ASSERT_EQ(history_.epochs().size(), 1U);
  EXPECT_EQ(history_.epochs()[0].epoch, 1);
  EXPECT_TRUE(std::isnan(history_.epochs()[0].loss));
  EXPECT_TRUE(std::isnan(history_.gradient_norm().points()[1].second));
}

TEST_F(RunPageTest, ARunThatHasJustBegunHasAPage) {
  EXPECT_THAT(Page(), HasSubstr("It goes on."));
  WriteStart(2, R"(,"choices":["biases start at 0.1"])");
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("Nothing was measured yet."));
  EXPECT_THAT(page, HasSubstr("<li>biases start at 0.1</li>"));
  EXPECT_THAT(page, HasSubstr("cpu, 1 thread<"));
}

TEST_F(RunPageTest, WarningsStandAtTheirPlaceOnTheCurves) {
  WriteStart(10);
  WriteStep(10, "3");
  WriteStep(20, "3");
  WriteStep(50, "3");
  WriteWarning(20, "picture", "left out x.jpg");
  WriteWarning(30, "watch", "try another `validation_fraction`");
  const std::string page = Page();
  // From 1 to 5, of 84 to 624: epoch 3 is the middle.
  EXPECT_THAT(page, HasSubstr("class=\"mark\" d=\"M354.0 28V256\""));
  EXPECT_THAT(page, HasSubstr("<ol><li><b>update 30, epoch 3.00: </b>try "
                              "another --val-fraction</li></ol>"));
  EXPECT_THAT(page, HasSubstr("<ul><li><b>update 20, epoch 2.00: </b>left"));
}

TEST_F(RunPageTest, NormsAreThereByLayer) {
  WriteStart(2);
  WriteEpoch(0, 2, R"({"layer":"fc6","weight":4,"gradient":null,"update":1})");
  WriteEpoch(1, 4,
             R"({"layer":"fc6","weight":5,"gradient":0.5,"update":0.01})");
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("fc6</th><td>5</td><td>0.5</td><td>0.01</td>"
                              "<td>2.0e-03</td>"));
  EXPECT_THAT(page, HasSubstr("<title>fc6</title>"));
}

TEST_F(RunPageTest, FewClassesHaveAMatrix) {
  WriteStart(2);
  findings_.epoch = 3;
  findings_.confusion = {3, 1, 0, 0};
  const std::string page = Page();
  // sqrt(3/4) and sqrt(1/4) of 0.6.
  EXPECT_THAT(page, HasSubstr("<td class=\"right\"><i style=\"opacity:0.52\">"
                              "</i><span>3</span></td><td><i style=\""
                              "opacity:0.30\"></i><span>1</span></td>"
                              "<td>75.0</td>"));
  EXPECT_THAT(page, HasSubstr("<td class=\"right\"></td><td>-</td>"));
}

TEST_F(RunPageTest, ManyClassesHaveTheWorstPairs) {
  WriteStart(2);
  classes_.clear();
  findings_.epoch = 1;
  for (int c = 0; c < 1000; ++c) {
    classes_.push_back("class" + std::to_string(c));
  }
  findings_.confusion.assign(1'000'000, 1);
  findings_.confusion[5 * 1000 + 7] = 501;
  const std::string page = Page();
  EXPECT_THAT(page, HasSubstr("class5</th><td class=\"left\">class7</td>"
                              "<td>501</td>"));
  EXPECT_THAT(page, HasSubstr(">33.4</td>"));
  EXPECT_LT(page.size(), 100'000U);
}

TEST_F(RunPageTest, NamesAreNoMarkup) {
  WriteStart(2, R"(,"choices":["<script>y</script>"])");
  WriteWarning(1, "watch", "<script>z</script>");
  WriteEpoch(0, 2,
             R"({"layer":"<script>l</script>","weight":4,"gradient":1,)"
             R"("update":1})");
  classes_ = {kHarm, kHarm};
  findings_.epoch = 1;
  findings_.confusion = {1, 1, 1, 1};
  findings_.worst = {{kHarm, "png", true, 0, 1, 0.9F, 0.1F},
                     {kHarm, "", false, 7, -1, std::nanf(""), 0.1F}};
  const std::string page = Page();
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, Not(HasSubstr("\xFF")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;z"));
  EXPECT_THAT(page, HasSubstr("class 7"));
}

// A year of it, of a deep network.
TEST_F(RunPageTest, LongRunsAndDeepNetworksHaveSmallPages) {
  WriteStart(1000);
  std::string norms;
  for (int layer = 0; layer < 400; ++layer) {
    norms += (layer == 0 ? "" : ",") + std::string(R"({"layer":"conv)") +
             std::to_string(layer) +
             R"(","weight":4.123,"gradient":0.0123,"update":0.00123})";
  }
  for (int epoch = 0; epoch < 300; ++epoch) {
    for (int line = 1; line <= 100; ++line) {
      WriteStep(1000 * epoch + 10 * line, std::to_string(7.0 / line));
    }
    WriteEpoch(epoch, 1000 * (epoch + 1), epoch % 3 == 0 ? norms : "");
    WriteWarning(1000 * epoch, epoch % 2 == 0 ? "watch" : "picture",
                 "something");
  }
  const std::string page = Page();
  EXPECT_LT(page.size(), 2'000'000U);
  EXPECT_THAT(page, HasSubstr("Curves of the first 40 of 400 layers"));
  EXPECT_THAT(page, HasSubstr("Numbers of one of 8 epochs"));
  EXPECT_THAT(page, HasSubstr("means of batches"));
}

}  // namespace
}  // namespace alexnet::cli
