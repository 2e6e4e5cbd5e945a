#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr size_t kPlane = 1024;

// A record of the labels' bytes, and planes in which pixel i of plane c is
// i / 4 + c.
std::string Record(const std::string& labels) {
  std::string record = labels;
  for (size_t c = 0; c < 3; ++c) {
    for (size_t i = 0; i < kPlane; ++i) {
      record += static_cast<char>((i / 4 + c) & 0xff);
    }
  }
  return record;
}

void WriteCifar10(const std::string& root) {
  using std::string_literals::operator""s;
  WriteTestFile(root + "/data_batch_1.bin", Record("\1") + Record("\0"s));
  WriteTestFile(root + "/data_batch_3.bin", Record("\x9"));
  WriteTestFile(root + "/test_batch.bin", Record("\2"));
  WriteTestFile(root + "/batches.meta.txt",
                "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship"
                "\ntruck\n\n");
}

TEST(CifarTest, TenClasses) {
  const std::string root = FreshFolder("data");
  WriteCifar10(root + "/cifar-10-batches-bin");
  const DataFolders data = OpenData(root).value();
  ASSERT_EQ(data.train->size(), 3);
  EXPECT_EQ(data.train->classes()[9], "truck");
  EXPECT_EQ(data.train->label(0), 1);
  EXPECT_EQ(data.train->label(2), 9);
  EXPECT_EQ(data.train->name(1), "data_batch_1.bin:1");
  EXPECT_EQ(data.train->name(2), "data_batch_3.bin:0");
  ASSERT_EQ(data.validation->size(), 1);
  EXPECT_EQ(data.validation->label(0), 2);
  EXPECT_THAT(data.notes, ElementsAre(HasSubstr("cifar-10-batches-bin"),
                                      AllOf(HasSubstr("CIFAR-10; 2 batches"),
                                            HasSubstr("validation"))));
  const Sample sample = data.train->Read(1).value();
  EXPECT_EQ(sample.label, 0);
  const Image image = DecodeImage(sample.bytes, sample.name).value();
  ASSERT_EQ(image.size(), (Size{32, 32}));
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      for (int c = 0; c < 3; ++c) {
        ASSERT_EQ(image.row(y)[x * 3 + c], ((y * 32 + x) / 4 + c) & 0xff);
      }
    }
  }
}

TEST(CifarTest, HundredClassesHaveTheirFineLabels) {
  const std::string root = FreshFolder("data");
  std::string names;
  for (int i = 0; i < 100; ++i) names += "class" + std::to_string(i) + "\n";
  WriteTestFile(root + "/fine_label_names.txt", names);
  WriteTestFile(root + "/train.bin", Record("\1\x63") + Record("\2\5"));
  const DataFolders data = OpenData(root).value();
  ASSERT_EQ(data.train->size(), 2);
  EXPECT_EQ(data.train->label(0), 99);
  EXPECT_EQ(data.train->classes()[5], "class5");
  EXPECT_EQ(data.validation, nullptr);
}

TEST(CifarTest, WhatIsWrongIsNamed) {
  const std::string root = FreshFolder("data");
  WriteCifar10(root);
  const std::string test = root + "/test_batch.bin";
  for (const std::string& bad :
       {std::string(), Record("\1").substr(1), Record("\xA")}) {
    WriteTestFile(test, bad);
    const Status status = OpenData(root).status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_EQ(status.file(), test);
  }
  WriteCifar10(root);
  WriteTestFile(root + "/batches.meta.txt", "airplane\n");
  EXPECT_EQ(OpenData(root).status().file(), root + "/batches.meta.txt");
  std::string names;
  for (char c = 'a'; c <= 'j'; ++c) names += std::string(1, c) + "\xE9\n";
  WriteTestFile(root + "/batches.meta.txt", names);
  EXPECT_THAT(OpenData(root).status().message(), HasSubstr("not UTF-8"));
}

}  // namespace
}  // namespace alexnet
