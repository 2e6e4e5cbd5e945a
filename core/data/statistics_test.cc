#include "core/data/statistics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "core/data/decode.h"
#include "core/data/split.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

Preprocessing Small() {
  Preprocessing p;
  p.resize = 16;
  p.crop_height = p.crop_width = 12;
  return p;
}

TEST(ComputeStatisticsTest, ThreadsDoNotMatter) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a", "b"}, 9, 24);
  const auto data = OpenData(root).value().train;
  StatisticsOptions options;
  options.threads = 1;
  const ColorStatistics one =
      ComputeStatistics(*data, AllIndices(*data), Small(), options, {}).value();
  int64_t last = 0;
  options.threads = 4;
  options.progress = [&last](int64_t done, int64_t) { last = done; };
  const ColorStatistics four =
      ComputeStatistics(*data, AllIndices(*data), Small(), options, {}).value();
  EXPECT_EQ(one.count, 18);
  EXPECT_EQ(last, 18);
  EXPECT_EQ(one.covariance, four.covariance);
  EXPECT_EQ(one.mean_image->values, four.mean_image->values);
  EXPECT_EQ(one.mean_image->height, 16);  // what crops are taken from
}

TEST(ComputeStatisticsTest, OfPicturesOfTheSizeIsTheirMean) {
  const std::string root = FreshFolder("data");
  Image dark = Image::Create(16, 16, 3).value();
  Image light = dark;
  std::fill(dark.pixels.begin(), dark.pixels.end(), uint8_t{10});
  std::fill(light.pixels.begin(), light.pixels.end(), uint8_t{30});
  WriteTestFile(root + "/a/1.png", MakeTestPng(dark, TestPng::kRgb));
  WriteTestFile(root + "/b/1.png", MakeTestPng(light, TestPng::kRgb));
  const auto data = OpenData(root).value().train;
  const ColorStatistics s =
      ComputeStatistics(*data, AllIndices(*data), Small(), {}, {}).value();
  EXPECT_EQ(s.channel_mean, (std::array<double, 3>{20, 20, 20}));
  EXPECT_EQ(s.mean_image->values[100], 20.0f);
  EXPECT_NEAR(s.covariance[0][1], 100.0, 1e-9);
}

TEST(ComputeStatisticsTest, BrokenPicturesAndInterruption) {
  const std::string root = FreshFolder("data");
  WriteClassFolders(root, {"a"}, 5, 16);
  WriteTestFile(root + "/a/x.jpg", "not a picture");
  const auto data = OpenData(root).value().train;
  StatisticsOptions options;
  EXPECT_EQ(ComputeStatistics(*data, AllIndices(*data), Small(), options, {})
                .value()
                .count,
            5);
  options.quarantine.strict = true;
  EXPECT_EQ(ComputeStatistics(*data, AllIndices(*data), Small(), options, {})
                .status()
                .file(),
            "a/x.jpg");
  CancelToken token;
  token.Cancel();
  options.quarantine.strict = false;
  const Status status = ComputeStatistics(*data, AllIndices(*data), Small(),
                                          options, {&token, std::nullopt})
                            .status();
  EXPECT_EQ(status.code(), StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
