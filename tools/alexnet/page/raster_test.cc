#include "tools/alexnet/page/raster.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace alexnet::cli {
namespace {

// Each pixel by its red alone.
Raster Reds(uint32_t width, uint32_t height, std::vector<uint8_t> reds) {
  Raster raster(width, height);
  for (size_t i = 0; i < reds.size(); ++i) raster.rgba[4 * i] = reds[i];
  return raster;
}

std::vector<uint8_t> Reds(const Raster& raster) {
  std::vector<uint8_t> reds;
  for (size_t i = 0; i < raster.rgba.size(); i += 4) {
    reds.push_back(raster.rgba[i]);
  }
  return reds;
}

TEST(RasterTest, StackedRastersKeepTheirRows) {
  const std::vector<Raster> both = {Reds(1, 2, {1, 2}), Reds(2, 1, {3, 4})};
  const Raster whole = Stacked(both, 1);
  EXPECT_EQ(whole.width, 2U);
  EXPECT_EQ(whole.height, 4U);
  EXPECT_EQ(Reds(whole), (std::vector<uint8_t>{1, 0, 2, 0, 0, 0, 3, 4}));
}

TEST(RasterTest, PixelsBecomeSquares) {
  const Raster raster = Reds(2, 1, {1, 2});
  const Raster large = Enlarged(raster, 5);
  EXPECT_EQ(large.width, 4U);
  EXPECT_EQ(large.height, 2U);
  EXPECT_EQ(Reds(large), (std::vector<uint8_t>{1, 1, 2, 2, 1, 1, 2, 2}));
  EXPECT_EQ(Enlarged(raster, 1).rgba, raster.rgba);
}

TEST(RasterTest, APngHasItsPixels) {
  Raster raster(3, 2);
  for (size_t i = 0; i < raster.rgba.size(); ++i) {
    raster.rgba[i] = static_cast<uint8_t>(10 * i);
  }
  const std::string file = EncodePng(raster);
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()),
            0);
  image.format = PNG_FORMAT_RGBA;
  ASSERT_EQ(image.width, 3U);
  ASSERT_EQ(image.height, 2U);
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr),
            0);
  EXPECT_EQ(pixels, raster.rgba);
}

}  // namespace
}  // namespace alexnet::cli
