#include "tools/alexnet/page/raster.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cstddef>
#include <cstdint>
#include <string>
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

TEST(RasterTest, SquaresBecomeTheirMean) {
  const Raster raster = Reds(3, 2, {1, 2, 7, 3, 5, 8});
  const Raster small = Reduced(raster, 2);
  EXPECT_EQ(small.width, 2U);
  EXPECT_EQ(small.height, 1U);
  EXPECT_EQ(Reds(small), (std::vector<uint8_t>{3, 8}));  // 2.75, 7.5
  EXPECT_EQ(Reduced(raster, 3).rgba, raster.rgba);
}

TEST(RasterTest, AnotherSizeHasMeans) {
  const Raster raster = Reds(3, 2, {1, 2, 7, 3, 5, 9});
  EXPECT_EQ(Reds(Scaled(raster, 1, 1)), (std::vector<uint8_t>{5}));  // 4.5
  EXPECT_EQ(Reds(Scaled(raster, 2, 1)), (std::vector<uint8_t>{2, 6}));
  EXPECT_EQ(Reds(Scaled(raster, 3, 4)),
            (std::vector<uint8_t>{1, 2, 7, 1, 2, 7, 3, 5, 9, 3, 5, 9}));
  EXPECT_EQ(Scaled(raster, 3, 2).rgba, raster.rgba);
}

void ExpectPixels(const std::string& file, const Raster& raster) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&image, file.data(), file.size()),
            0);
  image.format = PNG_FORMAT_RGBA;
  ASSERT_EQ(image.width, raster.width);
  ASSERT_EQ(image.height, raster.height);
  std::vector<uint8_t> pixels(PNG_IMAGE_SIZE(image));
  ASSERT_NE(png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr),
            0);
  EXPECT_EQ(pixels, raster.rgba);
}

TEST(RasterTest, APngHasItsPixels) {
  for (const uint32_t side : {2U, 3U, 16U, 17U}) {
    Raster raster(side, side);
    uint32_t state = side;
    for (uint8_t& each : raster.rgba) {
      state = state * 1'664'525 + 1'013'904'223;
      each = static_cast<uint8_t>(state >> 24);
    }
    ExpectPixels(EncodePng(raster), raster);
  }
}

TEST(RasterTest, FewColoursTakeAByteEach) {
  Raster raster(300, 100);
  uint32_t state = 1;
  for (size_t i = 0; i < raster.rgba.size(); i += 4) {
    state = state * 1'664'525 + 1'013'904'223;
    const auto colour = static_cast<uint8_t>(state >> 24);
    raster.rgba[i] = colour;
    raster.rgba[i + 1] = static_cast<uint8_t>(colour * 7);
    raster.rgba[i + 3] = 255;
  }
  const std::string file = EncodePng(raster);
  ExpectPixels(file, raster);
  EXPECT_LT(file.size(), 300U * 100 + 2'000);
}

}  // namespace
}  // namespace alexnet::cli
