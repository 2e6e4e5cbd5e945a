#include "core/data/pack.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "core/data/decode.h"
#include "core/data/split.h"
#include "core/data/statistics.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

PackOptions Options(int threads) {
  PackOptions options;
  options.resize = 24;
  options.shard_samples = 5;
  options.threads = threads;
  return options;
}

std::map<std::string, std::string> Files(const std::string& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] =
        std::string(std::istreambuf_iterator<char>(file), {});
  }
  return files;
}

TEST(PackTest, PackedDataReadsBack) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 6, 40);
  const auto data = OpenData(root).value().train;
  const std::string out = FreshFolder("out");
  const PackReport report = PackDataset(*data, Options(2), out, {}).value();
  EXPECT_EQ(report.pictures, 12);
  EXPECT_EQ(report.shards, 3);
  EXPECT_GT(report.images_per_second, 0);
  const auto packed = OpenData(out).value().train;
  ASSERT_EQ(packed->size(), 12);
  EXPECT_EQ(packed->classes(), data->classes());
  int64_t of_b = 0;
  for (int64_t i = 0; i < 12; ++i) {
    const Sample sample = packed->Read(i).value();
    EXPECT_EQ(DecodeImage(sample.bytes, sample.name)->size(), (Size{24, 24}));
    of_b += sample.label;
  }
  EXPECT_EQ(of_b, 6);
  // The statistics are those of the packed pictures.
  Preprocessing p;
  p.resize = p.crop_height = p.crop_width = 24;
  const ColorStatistics statistics =
      ComputeStatistics(*packed, AllIndices(*packed), p, {}, {}).value();
  ASSERT_NE(packed->info(), nullptr);
  EXPECT_EQ(packed->info()->statistics->covariance, statistics.covariance);
  EXPECT_EQ(packed->info()->statistics->mean_image->values,
            statistics.mean_image->values);
}

TEST(PackTest, ThreadsAndResumptionGiveTheSameBytes) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 6, 40);
  WriteTestFile(root + "/a/broken.jpg", "x");
  const auto data = OpenData(root).value().train;
  const std::string one = FreshFolder("one");
  ASSERT_TRUE(PackDataset(*data, Options(1), one, {}).ok());
  const std::string three = FreshFolder("three");
  const PackReport report = PackDataset(*data, Options(3), three, {}).value();
  ASSERT_EQ(report.broken.size(), 1u);
  EXPECT_EQ(report.broken[0].name, "a/broken.jpg");
  EXPECT_EQ(Files(one), Files(three));
  // Stopped in the second shard or later.
  const std::string stopped = FreshFolder("stopped");
  CancelToken token;
  PackOptions options = Options(2);
  options.progress = [&token](int64_t done, int64_t) {
    if (done >= 6) token.Cancel();
  };
  EXPECT_EQ(PackDataset(*data, options, stopped, {&token, std::nullopt})
                .status()
                .code(),
            StatusCode::kCancelled);
  EXPECT_FALSE(fs::exists(stopped + "/dataset.json"));
  const PackReport resumed =
      PackDataset(*data, Options(2), stopped, {}).value();
  EXPECT_GT(resumed.resumed, 0);
  EXPECT_LT(resumed.resumed, 12);
  EXPECT_EQ(Files(one), Files(stopped));
  // A shard that was changed since is made again.
  std::ofstream(stopped + "/shard-000001.tar", std::ios::app) << "x";
  EXPECT_TRUE(PackDataset(*data, Options(2), stopped, {}).ok());
  EXPECT_EQ(Files(one), Files(stopped));
}

TEST(PackTest, RefusesAnotherJobsFolder) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 2, 40);
  const auto data = OpenData(root).value().train;
  const std::string out = FreshFolder("out");
  ASSERT_TRUE(PackDataset(*data, Options(1), out, {}).ok());
  PackOptions other = Options(1);
  other.quality = 50;
  EXPECT_EQ(PackDataset(*data, other, out, {}).status().code(),
            StatusCode::kFailedPrecondition);
  other.quality = 0;
  EXPECT_EQ(PackDataset(*data, other, out, {}).status().field(), "quality");
}

TEST(PackTest, CutShardOfAPackedSetIsSeen) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 3, 40);
  const std::string out = FreshFolder("out");
  ASSERT_TRUE(
      PackDataset(*OpenData(root).value().train, Options(1), out, {}).ok());
  const std::string shard = out + "/shard-000000.tar";
  fs::resize_file(shard, fs::file_size(shard) - 1024);  // the end mark only
  EXPECT_EQ(OpenData(out).status().file(), shard);
}

TEST(PackTest, TrainAndValidation) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root + "/train", {"a", "b"}, 3, 40);
  WriteClassFolders(root + "/val", {"a", "b"}, 1, 40);
  const std::string out = FreshFolder("out");
  const DataFolders data = OpenData(root).value();
  ASSERT_EQ(PackData(data, Options(2), out, {}).value().size(), 2u);
  ASSERT_EQ(PackData(data, Options(2), out, {}).value()[0].resumed, 6);
  const DataFolders packed = OpenData(out).value();
  EXPECT_EQ(packed.train->size(), 6);
  EXPECT_EQ(packed.validation->size(), 2);
}

}  // namespace
}  // namespace alexnet
