#include "core/demo/demo_pictures.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/data/decode.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

TEST(DemoPicturesTest, ClassesAreInOrder) {
  const auto classes = DemoClasses();
  EXPECT_EQ(classes.size(), 10u);
  EXPECT_TRUE(std::is_sorted(classes.begin(), classes.end()));
}

TEST(DemoPicturesTest, APictureIsAFunctionOfItsNumbers) {
  const auto draw = [](int c, uint32_t number, uint64_t seed) {
    return DrawDemoPicture(c, number, 32, seed)->pixels;
  };
  EXPECT_EQ(draw(3, 5, 1), draw(3, 5, 1));
  EXPECT_NE(draw(3, 5, 1), draw(3, 6, 1));
  EXPECT_NE(draw(3, 5, 1), draw(4, 5, 1));
  EXPECT_NE(draw(3, 5, 1), draw(3, 5, 2));
}

TEST(DemoPicturesTest, EveryPictureShowsSomething) {
  for (int c = 0; c < 10; ++c) {
    for (uint32_t number = 0; number < 10; ++number) {
      const auto image = DrawDemoPicture(c, number, 48, 3);
      ASSERT_TRUE(image.ok());
      // Front and back differ by 90 levels, noise has 16 at most: the spread of
      // some channel is far above noise alone, unless there is no shape.
      double largest = 0.0;
      for (int channel = 0; channel < 3; ++channel) {
        double sum = 0.0;
        double squares = 0.0;
        const double n = 48 * 48;
        for (size_t p = channel; p < image->pixels.size(); p += 3) {
          sum += image->pixels[p];
          squares += 1.0 * image->pixels[p] * image->pixels[p];
        }
        largest = std::max(largest, std::sqrt(squares / n - sum / n * sum / n));
      }
      EXPECT_GT(largest, 12.0) << c << " " << number;
    }
  }
}

TEST(DemoPicturesTest, RefusesWhatThereIsNot) {
  EXPECT_FALSE(DrawDemoPicture(10, 0, 48, 1).ok());
  EXPECT_FALSE(DrawDemoPicture(-1, 0, 48, 1).ok());
  EXPECT_FALSE(DrawDemoPicture(0, 0, 15, 1).ok());
}

TEST(DemoPicturesTest, NoTwoFilesAreEqual) {
  const std::string folder = ::testing::TempDir() + "/demo_pictures";
  fs::remove_all(folder);
  DemoPictureOptions options;
  options.train_per_class = 6;
  options.held_out_per_class = 2;
  options.size = 24;
  ASSERT_TRUE(WriteDemoPictures(folder, options, {}).ok());
  std::set<uint64_t> files;
  std::set<uint64_t> pixels;
  int train = 0;
  int held_out = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = ReadFile(entry.path(), 1 << 20);
    ASSERT_TRUE(bytes.ok());
    const auto image = DecodeImage(*bytes, entry.path());
    ASSERT_TRUE(image.ok()) << image.status().ToString();
    EXPECT_EQ(image->width, 24);
    EXPECT_TRUE(files.insert(Hash64(*bytes)).second) << entry.path();
    EXPECT_TRUE(
        pixels.insert(Hash64(std::as_bytes(std::span(image->pixels)))).second)
        << entry.path();
    const bool in_train =
        entry.path().string().find("/train/") != std::string::npos;
    train += in_train;
    held_out += !in_train;
  }
  EXPECT_EQ(train, 60);
  EXPECT_EQ(held_out, 20);
}

TEST(DemoPicturesTest, CanBeStopped) {
  CancelToken token;
  token.Cancel();
  Interrupt interrupt;
  interrupt.token = &token;
  EXPECT_EQ(
      WriteDemoPictures(::testing::TempDir() + "/demo_stopped", {}, interrupt)
          .code(),
      StatusCode::kCancelled);
}

}  // namespace
}  // namespace alexnet
