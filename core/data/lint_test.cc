#include "core/data/lint.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "core/data/decode.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

LintReport Lint(const std::string& root) {
  DatasetOptions options;
  options.lenient = true;
  Result<LintReport> report =
      LintDataset(OpenData(root, options).value(), {}, {});
  EXPECT_TRUE(report.ok()) << report.status().ToString();
  return std::move(report).value();
}

const LintFinding* Find(const LintReport& report, const std::string& check) {
  for (const LintFinding& finding : report.findings) {
    if (finding.check == check) return &finding;
  }
  return nullptr;
}

TEST(LintTest, GoodDataHasNoFindings) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 12, 40);
  const LintReport report = Lint(root);
  EXPECT_TRUE(report.ok());
  EXPECT_TRUE(report.findings.empty()) << LintText(report);
  EXPECT_EQ(report.pictures, 24);
  EXPECT_EQ(report.jpeg, 24);
  EXPECT_EQ(report.median, (Size{40, 40}));
  EXPECT_NE(LintText(report).find("nothing wrong"), std::string::npos);
}

TEST(LintTest, JsonHasTheReport) {
  LintReport report;
  report.pictures = 5;
  report.validation_pictures = 2;
  report.classes = {"a", "b"};
  report.class_counts = {1, 2};
  report.findings.push_back(
      {LintLevel::kError, "leak", "in both", {"a/\xFF.jpg"}, 7});
  report.findings.push_back({LintLevel::kInfo, "odd-file", "left out", {}, 1});
  EXPECT_EQ(nlohmann::json::parse(LintJson(report)), nlohmann::json::parse(R"({
              "pictures": 5,
              "validation_pictures": 2,
              "classes": {"a": 1, "b": 2},
              "ok": false,
              "findings": [
                {"level": "error", "check": "leak", "message": "in both",
                 "files": ["a/\uFFFD.jpg"], "count": 7},
                {"level": "info", "check": "odd-file", "message": "left out",
                 "files": [], "count": 1}]})"));
}

TEST(LintTest, FindsWhatIsWrong) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/train", {"a"}, 160, 40);
  WriteClassFolders(root + "/train", {"b"}, 11, 48);
  const Image picture = TestPicture(60, 20, 999);
  const auto jpeg = MakeTestJpeg(picture, TestJpeg::kAdobeCmyk, 6);
  WriteTestFile(root + "/train/a/cmyk.jpg", jpeg);
  WriteTestFile(root + "/train/b/cmyk.jpg", jpeg);  // two classes
  WriteTestFile(root + "/val/a/cmyk.jpg", jpeg);    // both splits
  WriteTestFile(root + "/val/b/gray.jpg",
                MakeTestJpeg(picture, TestJpeg::kGray));
  WriteTestFile(root + "/train/b/named.jpg",
                MakeTestPng(picture, TestPng::kRgba));
  WriteTestFile(root + "/train/b/broken.jpg", "GIF89a");
  WriteTestFile(root + "/train/b/list.csv", "x");
  WriteTestFile(root + "/train/empty/readme.md", "x");
  const LintReport report = Lint(root);
  EXPECT_FALSE(report.ok());
  for (const char* check :
       {"empty-class", "imbalance", "duplicate", "leak", "conflicting-labels",
        "odd-file", "undecodable", "wrong-extension", "small-pictures"}) {
    EXPECT_NE(Find(report, check), nullptr) << check;
  }
  EXPECT_EQ(Find(report, "one-class"), nullptr);
  EXPECT_EQ(Find(report, "odd-file")->count, 2);
  EXPECT_EQ(Find(report, "leak")->count, 1);
  EXPECT_EQ(Find(report, "conflicting-labels")->count, 1);
  EXPECT_EQ(report.findings.front().level, LintLevel::kError);
  EXPECT_EQ(report.cmyk, 3);
  EXPECT_EQ(report.rotated, 3);
  EXPECT_EQ(report.gray, 1);
  EXPECT_EQ(report.alpha, 1);
  EXPECT_EQ(report.png, 1);
  EXPECT_EQ(report.broken.size(), 1u);
  EXPECT_EQ(report.validation_pictures, 2);
  EXPECT_NE(LintText(report).find("broken.jpg"), std::string::npos);
}

TEST(LintTest, SaysWhichFoldersAreWhat) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/Training", {"a", "b"}, 12, 40);
  WriteClassFolders(root + "/test", {"unsorted"}, 1, 40);
  const LintReport report = Lint(root);
  EXPECT_TRUE(report.ok());
  EXPECT_NE(LintText(report).find("note: training pictures are those of "
                                  "'Training' [layout]"),
            std::string::npos)
      << LintText(report);
  EXPECT_NE(LintText(report).find("left out"), std::string::npos);
}

TEST(LintTest, PicturesThatAreNotReadAreErrors) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 12, 40);
  WriteTestFile(root + "/a/x.webp", "RIFF1234WEBPVP8 ");
  const LintReport report = Lint(root);
  EXPECT_FALSE(report.ok());
  ASSERT_NE(Find(report, "undecodable"), nullptr);
  EXPECT_NE(Find(report, "undecodable")->files.front().find("a WebP picture"),
            std::string::npos);
}

TEST(LintTest, OnlyEndingsOfPicturesAreWrong) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 12, 40);
  const Image picture = TestPicture(40, 40, 999);
  WriteTestFile(root + "/a/x.jfif", MakeTestJpeg(picture, TestJpeg::kGray));
  WriteTestFile(root + "/a/y.1", MakeTestPng(picture, TestPng::kRgb));
  EXPECT_EQ(Find(Lint(root), "wrong-extension"), nullptr);
  WriteTestFile(root + "/a/z.jpg", MakeTestPng(picture, TestPng::kGray));
  EXPECT_NE(Find(Lint(root), "wrong-extension"), nullptr);
}

TEST(LintTest, ClassesAreCalledInUtf8) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "caf\xE9"}, 12, 40);
  const LintReport report = Lint(root);
  EXPECT_FALSE(report.ok());
  ASSERT_NE(Find(report, "class-name"), nullptr);
  EXPECT_EQ(Find(report, "class-name")->count, 1);
}

TEST(LintTest, OneClass) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a"}, 3, 40);
  const LintReport report = Lint(root);
  EXPECT_NE(Find(report, "one-class"), nullptr);
  EXPECT_NE(Find(report, "few-pictures"), nullptr);
}

}  // namespace
}  // namespace alexnet
