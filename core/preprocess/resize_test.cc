#include "core/preprocess/resize.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "core/base/file.h"
#include "core/preprocess/source_picture.h"

namespace alexnet {
namespace {

struct GoldenCase {
  ResizeFilter filter;
  Image source;
  Box box;
  Size size;
  std::vector<uint8_t> expected;
};

std::vector<GoldenCase> ReadGolden() {
  const std::vector<std::byte> bytes =
      ReadFile("tests/golden/resize/resize.bin", 1 << 20).value();
  std::vector<GoldenCase> cases;
  for (size_t at = 0; at < bytes.size();) {
    std::array<int32_t, 11> head;
    std::memcpy(head.data(), bytes.data() + at, sizeof(head));
    at += sizeof(head);
    GoldenCase golden;
    golden.filter = static_cast<ResizeFilter>(head[0]);
    golden.source = SourcePicture(head[1], head[3], head[4], head[2]);
    golden.box = {head[5], head[6], head[7], head[8]};
    golden.size = {head[9], head[10]};
    golden.expected.resize(static_cast<size_t>(head[9]) * head[10] * head[2]);
    std::memcpy(golden.expected.data(), bytes.data() + at,
                golden.expected.size());
    at += golden.expected.size();
    cases.push_back(std::move(golden));
  }
  return cases;
}

int LargestDifference(const std::vector<uint8_t>& a,
                      const std::vector<uint8_t>& b) {
  int largest = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    largest = std::max(largest, std::abs(a[i] - b[i]));
  }
  return largest;
}

TEST(ResizeTest, EqualsPillowAndOpenCv) {
  const std::vector<GoldenCase> cases = ReadGolden();
  ASSERT_EQ(cases.size(), 42u);
  for (size_t i = 0; i < cases.size(); ++i) {
    const GoldenCase& golden = cases[i];
    SCOPED_TRACE(i);
    const Result<Image> image =
        Resize(golden.source,
               {golden.box,
                golden.size,
                {0, 0, golden.size.width, golden.size.height}},
               golden.filter);
    ASSERT_TRUE(image.ok()) << image.status().ToString();
    ASSERT_EQ(image->pixels.size(), golden.expected.size());
    const int allowed = golden.filter == ResizeFilter::kOpenCvArea ? 1 : 0;
    EXPECT_LE(LargestDifference(image->pixels, golden.expected), allowed);
  }
}

TEST(ResizeTest, RegionHasThePixelsOfTheWhole) {
  for (const int channels : {1, 3}) {
    const Image source = SourcePicture(1, 57, 43, channels);
    for (const Size size : {Size{31, 24}, Size{90, 61}, Size{57, 43}}) {
      for (const ResizeFilter filter :
           {ResizeFilter::kAntialiasedBilinear, ResizeFilter::kOpenCvLinear,
            ResizeFilter::kOpenCvArea}) {
        const Image whole = Resize(source, size, filter).value();
        const Box region{5, 7, 19, 16};
        const Image part =
            Resize(source, {source.box(), size, region}, filter).value();
        for (int y = 0; y < region.height; ++y) {
          EXPECT_EQ(0,
                    std::memcmp(part.row(y),
                                whole.row(region.y + y) + region.x * channels,
                                part.stride()));
        }
      }
    }
  }
}

TEST(ResizeTest, ConstantPictureStaysConstant) {
  Image source = Image::Create(50, 37, 3).value();
  std::fill(source.pixels.begin(), source.pixels.end(), uint8_t{201});
  for (const Size size : {Size{7, 5}, Size{224, 224}}) {
    for (const ResizeFilter filter :
         {ResizeFilter::kAntialiasedBilinear, ResizeFilter::kOpenCvLinear,
          ResizeFilter::kOpenCvArea}) {
      const Image image = Resize(source, size, filter).value();
      EXPECT_EQ(std::count(image.pixels.begin(), image.pixels.end(), 201),
                static_cast<ptrdiff_t>(image.pixels.size()));
    }
  }
}

TEST(ResizeTest, RefusesBoxesOutsideThePicture) {
  const Image source = SourcePicture(0, 10, 8, 3);
  const ResizeFilter filter = ResizeFilter::kAntialiasedBilinear;
  const Box all{0, 0, 4, 4};
  EXPECT_FALSE(Resize(source, {{5, 0, 6, 8}, {4, 4}, all}, filter).ok());
  EXPECT_FALSE(Resize(source, {{-1, 0, 5, 5}, {4, 4}, all}, filter).ok());
  EXPECT_FALSE(Resize(source, {{0, 0, 0, 5}, {4, 4}, all}, filter).ok());
  EXPECT_FALSE(
      Resize(source, {{0, 0, 10, 8}, {4, 4}, {1, 1, 4, 3}}, filter).ok());
  EXPECT_FALSE(Resize(source, Size{0, 4}, filter).ok());
  EXPECT_FALSE(Resize(source, Size{70000, 1}, filter).ok());
}

TEST(ImageTest, RefusesImpossibleSizes) {
  EXPECT_EQ(Image::Create(0, 5, 3).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Image::Create(5, 5, 4).status().code(),
            StatusCode::kInvalidArgument);
  EXPECT_EQ(Image::Create(2147483647, 2147483647, 3).status().code(),
            StatusCode::kOutOfMemory);
}

TEST(ImageTest, LumaKeepsGreyAndWeighsColours) {
  Image image = Image::Create(4, 1, 3).value();
  image.pixels = {77, 77, 77, 255, 0, 0, 0, 255, 0, 0, 0, 255};
  const Image gray = ToGray(image).value();
  EXPECT_EQ(gray.pixels, (std::vector<uint8_t>{77, 76, 150, 29}));
}

}  // namespace
}  // namespace alexnet
