#include "core/data/dataset.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/base/tar.h"
#include "core/data/decode.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

std::vector<std::byte> Picture() {
  return EncodeJpeg(TestPicture(16, 16), 90).value();
}

std::vector<std::byte> Text(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

using Members = std::vector<std::pair<std::string, std::vector<std::byte>>>;

std::vector<std::byte> MakeTar(const Members& members) {
  std::vector<std::byte> tar;
  for (const auto& [name, bytes] : members) {
    const auto header = TarHeader(name, bytes.size()).value();
    tar.insert(tar.end(), header.begin(), header.end());
    tar.insert(tar.end(), bytes.begin(), bytes.end());
    tar.resize((tar.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
  }
  tar.resize(tar.size() + 2 * kTarBlock);
  return tar;
}

Status OpenStatus(const std::string& path) { return OpenData(path).status(); }

TEST(FolderDatasetTest, ClassesAreSortedBytewise) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/b class/deep/er/z.PNG", Picture());
  WriteTestFile(root + "/b class/a b.jpeg", Picture());
  WriteTestFile(root + "/Z\xC3\xBCrich/\xC3\xA4.jpg", Picture());
  WriteTestFile(root + "/a/1.JPG", Picture());
  WriteTestFile(root + "/a/.hidden.jpg", Picture());
  WriteTestFile(root + "/a/notes.txt", "x");
  WriteTestFile(root + "/.cache/1.jpg", Picture());
  WriteTestFile(root + "/README", "x");
  const auto data = OpenData(root).value().train;
  EXPECT_EQ(data->classes(),
            (std::vector<std::string>{"Z\xC3\xBCrich", "a", "b class"}));
  ASSERT_EQ(data->size(), 4);
  EXPECT_EQ(data->name(0), "Z\xC3\xBCrich/\xC3\xA4.jpg");
  EXPECT_EQ(data->name(2), "b class/a b.jpeg");
  EXPECT_EQ(data->name(3), "b class/deep/er/z.PNG");
  EXPECT_EQ(data->label(3), 2);
  EXPECT_EQ(data->odd_files(),
            (std::vector<std::string>{"README", "a/notes.txt"}));
  const Sample sample = data->Read(0).value();
  EXPECT_TRUE(DecodeImage(sample.bytes, sample.name).ok());
  EXPECT_EQ(sample.label, 0);
}

TEST(FolderDatasetTest, ContentDecidesAndNotTheName) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/a/1.jfif", Picture());
  WriteTestFile(root + "/a/2", Picture());
  WriteTestFile(root + "/b/3.JPE", Picture());
  WriteTestFile(root + "/b/4.dat",
                MakeTestPng(TestPicture(9, 9), TestPng::kRgb));
  WriteTestFile(root + "/b/notes", "BM is not the mark of a picture");
  WriteTestFile(root + "/b/page", "<html>");
  WriteTestFile(root + "/b/empty", "");
  const auto data = OpenData(root).value().train;
  ASSERT_EQ(data->size(), 4);
  EXPECT_EQ(data->name(1), "a/2");
  EXPECT_EQ(data->name(3), "b/4.dat");
  EXPECT_EQ(data->odd_files(),
            (std::vector<std::string>{"b/empty", "b/notes", "b/page"}));
}

TEST(FolderDatasetTest, PicturesThatAreNotReadAreRefusedByKind) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/a/1.jpg", Picture());
  WriteTestFile(root + "/a/2.webp", "RIFF1234WEBPVP8 ");
  WriteTestFile(root + "/b/3.gif", "GIF89a....");
  WriteTestFile(root + "/b/4", "RIFF1234WEBPVP8L");
  const Status status = OpenStatus(root);
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_EQ(status.file(), root);
  EXPECT_NE(status.message().find("3 of 4 pictures"), std::string::npos);
  EXPECT_NE(status.message().find(": 1 GIF, 2 WebP;"), std::string::npos);
  DatasetOptions options;
  options.lenient = true;
  const auto data = OpenData(root, options).value().train;
  ASSERT_EQ(data->size(), 4);
  const Sample sample = data->Read(3).value();
  EXPECT_EQ(sample.name, "b/4");
  EXPECT_FALSE(DecodeImage(sample.bytes, sample.name).ok());
}

TEST(FolderDatasetTest, FollowsLinksToFiles) {
  const std::string root = FreshFolder("data");
  const std::string store = FreshFolder("store");
  WriteTestFile(store + "/p.jpg", Picture());
  fs::create_directories(root + "/a");
  fs::create_symlink(store + "/p.jpg", root + "/a/p.jpg");
  fs::create_symlink(store, root + "/b");       // a class may be a link
  fs::create_symlink(root, root + "/a/round");  // but not below one
  fs::create_symlink(root + "/none", root + "/a/x.jpg");  // leads nowhere
  const auto data = OpenData(root).value().train;
  ASSERT_EQ(data->size(), 2);
  EXPECT_TRUE(data->Read(0).ok());
  EXPECT_EQ(data->odd_files(), (std::vector<std::string>{"a/x.jpg"}));
}

TEST(FolderDatasetTest, ErrorsNameTheFolderAndTheRemedy) {
  const std::string root = FreshFolder("data");
  EXPECT_EQ(OpenStatus(root + "/none").code(), StatusCode::kNotFound);
  EXPECT_EQ(OpenStatus(root).file(), root);  // nothing in it
  WriteTestFile(root + "/1.jpg", Picture());
  EXPECT_NE(OpenStatus(root).message().find("one folder for each class"),
            std::string::npos);
  EXPECT_EQ(OpenStatus(root + "/1.jpg").code(), StatusCode::kInvalidArgument);
  WriteTestFile(root + "/a/1.jpg", Picture());
  fs::create_directories(root + "/empty");
  EXPECT_EQ(OpenStatus(root).file(), root + "/empty");
  DatasetOptions options;
  options.lenient = true;
  EXPECT_EQ(OpenData(root, options).value().train->classes().size(), 2u);
}

TEST(FolderDatasetTest, ClassesAreCalledInUtf8AndFilesByAnyBytes) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/caf\xC3\xA9/ni\xF1o.jpg", Picture());
  const auto data = OpenData(root).value().train;
  EXPECT_TRUE(data->Read(0).ok());
  WriteTestFile(root + "/caf\xE9/1.jpg", Picture());
  EXPECT_EQ(OpenStatus(root).file(), root);
  EXPECT_NE(OpenStatus(root).message().find("\"caf\\xE9\": not UTF-8"),
            std::string::npos);
}

TEST(OpenDataTest, TrainAndValidationFolders) {
  for (const char* name : {"val", "valid", "validation", "test"}) {
    const std::string root = FreshFolder("data");
    WriteClassFolders(root + "/train", {"a", "b", "c"}, 2, 16);
    WriteClassFolders(root + "/" + name, {"b", "c"}, 1, 16);
    const DataFolders data = OpenData(root).value();
    EXPECT_EQ(data.train->size(), 6);
    ASSERT_NE(data.validation, nullptr);
    EXPECT_EQ(data.validation->classes(), data.train->classes());
    EXPECT_EQ(data.validation->label(0), 1);  // b, in training's numbers
    WriteClassFolders(root + "/" + name, {"d"}, 1, 16);
    EXPECT_NE(OpenStatus(root).message().find("'d'"), std::string::npos);
  }
}

TEST(OpenDataTest, AClassMayBeCalledTrain) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"train", "plane"}, 2, 16);
  const DataFolders data = OpenData(root).value();
  EXPECT_EQ(data.validation, nullptr);
  EXPECT_EQ(data.train->classes(),
            (std::vector<std::string>{"plane", "train"}));
}

TEST(ShardDatasetTest, ReadsSamples) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/b.tar",
                MakeTar({{"x/2.jpg", Picture()}, {"x/2.cls", Text("1\n")}}));
  WriteTestFile(
      root + "/a.tar",
      MakeTar({{"1.cls", Text(" 0 ")},
               {"1.png", MakeTestPng(TestPicture(9, 9), TestPng::kRgb)},
               {"3.json", Text("{\"label\": 2}")},
               {"3.jpeg", Picture()},
               {"3.txt", Text("caption")}}));
  const auto data = OpenData(root).value().train;
  ASSERT_EQ(data->size(), 3);
  EXPECT_EQ(data->name(0), "a.tar:1.png");
  EXPECT_EQ(data->label(1), 2);
  EXPECT_EQ(data->name(2), "b.tar:x/2.jpg");
  EXPECT_EQ(data->label(2), 1);
  EXPECT_EQ(data->classes(), (std::vector<std::string>{"0", "1", "2"}));
  EXPECT_EQ(data->odd_files(), (std::vector<std::string>{"a.tar:3.txt"}));
  for (int64_t i = 0; i < 3; ++i) {
    const Sample a = data->Read(i).value();
    EXPECT_TRUE(DecodeImage(a.bytes, a.name).ok());
  }
}

TEST(ShardDatasetTest, AShardThatIsCutOrReplacedMeanwhileIsAnError) {
  const std::string root = FreshFolder("data");
  const std::string path = root + "/a.tar";
  WriteTestFile(path, MakeTar({{"1.jpg", Picture()}, {"1.cls", Text("0")}}));
  const auto data = OpenData(root).value().train;
  ASSERT_TRUE(data->Read(0).ok());
  std::filesystem::resize_file(path, 512);
  const Status cut = data->Read(0).status();
  EXPECT_EQ(cut.code(), StatusCode::kFailedPrecondition) << cut.ToString();
  EXPECT_EQ(cut.file(), path);
  std::filesystem::remove(path);
  EXPECT_EQ(data->Read(0).status().code(), StatusCode::kNotFound);
}

TEST(ShardDatasetTest, TwoClassesOfOneNameAreRefused) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/a.tar",
                MakeTar({{"1.jpg", Picture()}, {"1.cls", Text("1")}}));
  DatasetInfo info;
  info.classes = {"cat", "cat"};
  info.count = 1;
  info.picture_size = 16;
  info.shards.push_back(
      {"a.tar", 1, std::filesystem::file_size(root + "/a.tar"), 0});
  ASSERT_TRUE(WriteDatasetInfo(info, root).ok());
  EXPECT_NE(OpenStatus(root).message().find("two classes are called \"cat\""),
            std::string::npos)
      << OpenStatus(root).ToString();
}

TEST(ShardDatasetTest, ContentDecidesWhereNoNameDoes) {
  const std::string root = FreshFolder("data");
  const std::string webp = "RIFF1234WEBPVP8 ";
  WriteTestFile(root + "/a.tar", MakeTar({{"1.jfif", Picture()},
                                          {"1.cls", Text("0")},
                                          {"2.jpg", Picture()},
                                          {"2.mask", Picture()},
                                          {"2.cls", Text("1")}}));
  const auto data = OpenData(root).value().train;
  ASSERT_EQ(data->size(), 2);
  EXPECT_EQ(data->name(0), "a.tar:1.jfif");
  EXPECT_EQ(data->name(1), "a.tar:2.jpg");
  EXPECT_EQ(data->odd_files(), (std::vector<std::string>{"a.tar:2.mask"}));
  WriteTestFile(root + "/b.tar",
                MakeTar({{"3.webp", Text(webp)}, {"3.cls", Text("0")}}));
  const Status status = OpenStatus(root);
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(status.message().find("1 of 3 pictures"), std::string::npos);
  WriteTestFile(root + "/b.tar", MakeTar({{"3.jfif", Picture()},
                                          {"3.jpe", Picture()},
                                          {"3.cls", Text("0")}}));
  EXPECT_NE(OpenStatus(root).message().find("'3.jfif' and '3.jpe'"),
            std::string::npos);
}

TEST(ShardDatasetTest, ClassNamesInJson) {
  const std::string root = FreshFolder("data");
  WriteTestFile(root + "/a.tar",
                MakeTar({{"1.jpg", Picture()},
                         {"1.json", Text("{\"class\": \"zebra\"}")},
                         {"2.jpg", Picture()},
                         {"2.json", Text("{\"class\": \"ape\"}")}}));
  const auto data = OpenData(root).value().train;
  EXPECT_EQ(data->classes(), (std::vector<std::string>{"ape", "zebra"}));
  EXPECT_EQ(data->label(0), 1);
}

TEST(ShardDatasetTest, ErrorsNameTheShard) {
  const std::vector<Members> wrong = {
      {{"1.jpg", Picture()}},
      {{"1.jpg", Picture()}, {"1.cls", Text("cat")}},
      {{"1.jpg", Picture()}, {"1.cls", Text("-1")}},
      {{"1.jpg", Picture()}, {"1.cls", Text("99999999999")}},
      {{"1.jpg", Picture()}, {"1.json", Text("[1")}},
      {{"1.jpg", Picture()}, {"1.png", Picture()}, {"1.cls", Text("0")}},
  };
  for (const Members& members : wrong) {
    const std::string root = FreshFolder("data");
    WriteTestFile(root + "/a.tar", MakeTar(members));
    const Status status = OpenStatus(root);
    EXPECT_EQ(status.code(), StatusCode::kDataLoss) << status.ToString();
    EXPECT_EQ(status.file(), root + "/a.tar");
  }
}

TEST(ShardDatasetTest, CutShardIsAnError) {
  const std::string root = FreshFolder("data");
  std::vector<std::byte> tar =
      MakeTar({{"1.jpg", Picture()}, {"1.cls", Text("0")}});
  tar.resize(700);
  WriteTestFile(root + "/a.tar", tar);
  EXPECT_EQ(OpenStatus(root).code(), StatusCode::kDataLoss);
}

}  // namespace
}  // namespace alexnet
