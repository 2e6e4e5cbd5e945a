#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/packed_by_gzip.h"
#include "core/data/dataset.h"
#include "core/data/decode.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

using std::string_literals::operator""s;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Two pictures of 2 rows and 3 columns.
const std::string kPictures =
    "\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\3\1\2\3\4\5\6\x0B\x0C\x0D\x0E\x0F\xFF"s;
const std::string kLabels = "\0\0\x08\x01\0\0\0\2\2\0"s;

void WritePart(const std::string& root, const std::string& part) {
  WriteTestFile(root + "/" + part + "-images-idx3-ubyte", kPictures);
  WriteTestFile(root + "/" + part + "-labels-idx1-ubyte", kLabels);
}

TEST(MnistTest, PicturesAndLabels) {
  const std::string root = FreshFolder("data");
  WritePart(root + "/MNIST/raw", "train");
  WritePart(root + "/MNIST/raw", "t10k");
  WriteTestFile(root + "/MNIST/raw/train-images-idx3-ubyte.gz", "packed");
  const DataFolders data = OpenData(root).value();
  EXPECT_THAT(data.train->classes(), ElementsAre("0", "1", "2"));
  ASSERT_EQ(data.train->size(), 2);
  EXPECT_EQ(data.train->label(0), 2);
  EXPECT_EQ(data.train->label(1), 0);
  ASSERT_EQ(data.validation->size(), 2);
  EXPECT_EQ(data.validation->classes(), data.train->classes());
  EXPECT_THAT(data.notes,
              ElementsAre(HasSubstr("'MNIST/raw'"), HasSubstr("MNIST's")));
  const Sample sample = data.train->Read(1).value();
  const Image image = DecodeImage(sample.bytes, sample.name).value();
  ASSERT_EQ(image.size(), (Size{3, 2}));
  std::vector<int> grey;
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 3; ++x) grey.push_back(image.row(y)[x * 3]);
  }
  EXPECT_THAT(grey, ElementsAre(11, 12, 13, 14, 15, 255));
}

TEST(MnistTest, WhatIsWrongIsNamed) {
  const std::string root = FreshFolder("data");
  WritePart(root, "train");
  const std::string pictures = root + "/train-images-idx3-ubyte";
  const std::string labels = root + "/train-labels-idx1-ubyte";
  const std::pair<std::string, std::string> wrong[] = {
      {pictures, ""},
      {pictures, kPictures.substr(0, 10)},
      {pictures, kPictures.substr(0, kPictures.size() - 1)},
      {pictures, kPictures + "x"},
      {pictures, "\0\0\x08\x03\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\1"s},
      {pictures, kLabels},
      {labels, kPictures},
      {labels, "\0\0\x08\x01\0\0\0\1\2"s},
  };
  for (const auto& [file, bytes] : wrong) {
    WritePart(root, "train");
    WriteTestFile(file, bytes);
    const Status status = OpenData(root).status();
    EXPECT_EQ(status.code(), StatusCode::kDataLoss);
    EXPECT_EQ(status.file(), file);
  }
  WritePart(root, "train");
  WritePart(root, "t10k");
  WriteTestFile(root + "/t10k-labels-idx1-ubyte", "\0\0\x08\x01\0\0\0\2\3\0"s);
  EXPECT_THAT(OpenData(root).status().message(), HasSubstr("a label is 3"));
}

TEST(MnistTest, PackedFilesAreReadAsTheyArePublished) {
  const std::string root = FreshFolder("data");
  WritePart(root + "/unpacked", "train");
  const std::string pictures = root + "/packed/train-images-idx3-ubyte.gz";
  WriteTestFile(pictures, testing::PackedByGzip(kPictures));
  WriteTestFile(root + "/packed/train-labels-idx1-ubyte.gz",
                testing::PackedByGzip(kLabels));
  const auto unpacked = OpenData(root + "/unpacked").value().train;
  const auto packed = OpenData(root + "/packed").value().train;
  ASSERT_EQ(packed->size(), 2);
  for (int64_t i = 0; i < 2; ++i) {
    const Sample a = packed->Read(i).value();
    const Sample b = unpacked->Read(i).value();
    EXPECT_TRUE(std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(),
                           b.bytes.end()));
    EXPECT_EQ(a.label, b.label);
  }
  for (const std::string& bad :
       {testing::PackedByGzip(kPictures).substr(0, 20),
        testing::PackedByGzip(kLabels), std::string("x")}) {
    WriteTestFile(pictures, bad);
    EXPECT_EQ(OpenData(root + "/packed").status().code(),
              StatusCode::kDataLoss);
    EXPECT_EQ(OpenData(root + "/packed").status().file(), pictures);
  }
}

}  // namespace
}  // namespace alexnet
