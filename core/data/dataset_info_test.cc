#include "core/data/dataset_info.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace alexnet {
namespace {

namespace fs = std::filesystem;

std::string Folder() {
  const std::string path =
      testing::TempDir() + "/info_" +
      testing::UnitTest::GetInstance()->current_test_info()->name();
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

DatasetInfo Example() {
  DatasetInfo info;
  info.classes = {"a", "b \xC3\xA4"};
  info.count = 12;
  info.picture_size = 4;
  info.shards = {{"shard-000000.tar", 12, 3456, 0xFFFFFFFFFFFFFFFFull}};
  info.left_out = {"a/1.jpg"};
  StatisticsSums sums(Size{4, 4});
  Image image = Image::Create(4, 4, 3).value();
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = static_cast<uint8_t>(i * i);
  }
  sums.Add(image);
  info.statistics = sums.Finish().value();
  return info;
}

std::string Read(const std::string& path) {
  std::stringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

TEST(DatasetInfoTest, RoundTripIsExact) {
  const std::string folder = Folder();
  const DatasetInfo info = Example();
  ASSERT_TRUE(WriteDatasetInfo(info, folder).ok());
  const DatasetInfo back = ReadDatasetInfo(folder).value();
  EXPECT_EQ(back.classes, info.classes);
  EXPECT_EQ(back.count, 12);
  EXPECT_EQ(back.left_out, info.left_out);
  EXPECT_EQ(back.shards[0].hash, info.shards[0].hash);
  ASSERT_TRUE(back.statistics.has_value());
  EXPECT_EQ(back.statistics->color_stddev, info.statistics->color_stddev);
  EXPECT_EQ(back.statistics->color_axes, info.statistics->color_axes);
  EXPECT_EQ(back.statistics->covariance, info.statistics->covariance);
  EXPECT_EQ(back.statistics->mean_image->values,
            info.statistics->mean_image->values);
}

TEST(DatasetInfoTest, ChangedFilesAreErrors) {
  const std::string folder = Folder();
  ASSERT_TRUE(WriteDatasetInfo(Example(), folder).ok());
  const std::string path = folder + "/dataset.json";
  const std::string text = Read(path);
  const auto broken = [&](const std::string& from, const std::string& to) {
    std::string changed = text;
    const size_t at = changed.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    changed.replace(at, from.size(), to);
    std::ofstream(path) << changed;
    const Result<DatasetInfo> info = ReadDatasetInfo(folder);
    EXPECT_FALSE(info.ok()) << to;
    return info.status();
  };
  EXPECT_EQ(broken("\"version\": 1", "\"version\": 2").code(),
            StatusCode::kUnsupported);
  EXPECT_EQ(broken("shard-000000.tar", "../secret.tar").file(), path);
  EXPECT_FALSE(broken("mean_image.f32", "/etc/passwd").ok());
  EXPECT_FALSE(broken("\"count\": 12", "\"count\": \"x\"").ok());
  EXPECT_FALSE(broken("\"height\": 4", "\"height\": 5").ok());
  EXPECT_FALSE(broken("\"height\": 4", "\"height\": 2000000000").ok());
  EXPECT_FALSE(broken("alexnet-dataset", "other").ok());
  EXPECT_FALSE(broken("{", "[").ok());
  std::ofstream(path) << text;
  fs::resize_file(folder + "/mean_image.f32", 10);
  EXPECT_EQ(ReadDatasetInfo(folder).status().code(), StatusCode::kDataLoss);
  fs::remove(path);
  EXPECT_EQ(ReadDatasetInfo(folder).status().code(), StatusCode::kNotFound);
}

}  // namespace
}  // namespace alexnet
