#include "core/data/decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "core/base/limited_child.h"
#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

int LargestDifference(const Image& a, const Image& b) {
  EXPECT_EQ(a.size(), b.size());
  EXPECT_EQ(a.channels, b.channels);
  if (a.pixels.size() != b.pixels.size()) return 255;
  int largest = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) {
    largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  }
  return largest;
}

Image Decoded(std::span<const std::byte> bytes) {
  Result<Image> image = DecodeImage(bytes, "test");
  EXPECT_TRUE(image.ok()) << image.status().ToString();
  return image.ok() ? *image : Image();
}

std::vector<std::byte> Bytes(const std::string& text) {
  const auto* data = reinterpret_cast<const std::byte*>(text.data());
  return {data, data + text.size()};
}

TEST(DecodeTest, JpegKinds) {
  const Image picture = TestPicture(61, 47);
  for (const TestJpeg kind : {TestJpeg::kBaseline, TestJpeg::kProgressive,
                              TestJpeg::kCmyk, TestJpeg::kAdobeCmyk}) {
    SCOPED_TRACE(static_cast<int>(kind));
    EXPECT_LE(LargestDifference(Decoded(MakeTestJpeg(picture, kind)), picture),
              24);
  }
  const std::vector<std::byte> gray = MakeTestJpeg(picture, TestJpeg::kGray);
  const Image decoded = Decoded(gray);
  ASSERT_EQ(decoded.channels, 3);
  for (size_t i = 0; i < decoded.pixels.size(); i += 3) {
    ASSERT_EQ(decoded.pixels[i], decoded.pixels[i + 1]);
    ASSERT_NEAR(decoded.pixels[i], picture.pixels[i], 12);
  }
  EXPECT_EQ(ReadPictureInfo(gray, "g")->color, PictureColor::kGray);
  const auto cmyk = MakeTestJpeg(picture, TestJpeg::kCmyk);
  EXPECT_EQ(ReadPictureInfo(cmyk, "c")->color, PictureColor::kCmyk);
}

TEST(DecodeTest, PngKindsAreExact) {
  const Image picture = TestPicture(37, 29);
  for (const TestPng kind :
       {TestPng::kRgb, TestPng::kRgb16, TestPng::kInterlaced}) {
    EXPECT_EQ(LargestDifference(Decoded(MakeTestPng(picture, kind)), picture),
              0);
  }
  const Image gray = Decoded(MakeTestPng(picture, TestPng::kGray));
  const Image gray16 = Decoded(MakeTestPng(picture, TestPng::kGray16));
  const Image palette = Decoded(MakeTestPng(picture, TestPng::kPalette));
  const Image alpha = Decoded(MakeTestPng(picture, TestPng::kRgba));
  for (size_t i = 0; i < picture.pixels.size(); i += 3) {
    const int red = picture.pixels[i];
    for (int c = 0; c < 3; ++c) {
      ASSERT_EQ(gray.pixels[i + c], red);
      ASSERT_EQ(gray16.pixels[i + c], red);
      const double on_white =
          (picture.pixels[i + c] * red + 255.0 * (255 - red)) / 255.0;
      ASSERT_NEAR(alpha.pixels[i + c], on_white, 0.51);
    }
    ASSERT_EQ(palette.pixels[i], red);
    ASSERT_EQ(palette.pixels[i + 1], 255 - red);
    ASSERT_EQ(palette.pixels[i + 2], 9);
  }
}

// What each EXIF orientation means, by its definition: where row 0 and column 0
// of what is stored lie in the upright picture.
TEST(DecodeTest, OrientationIsApplied) {
  const Image stored = TestPicture(40, 24);
  const Image plain = Decoded(MakeTestJpeg(stored, TestJpeg::kBaseline));
  for (int orientation = 1; orientation <= 8; ++orientation) {
    SCOPED_TRACE(orientation);
    const Image upright =
        Decoded(MakeTestJpeg(stored, TestJpeg::kBaseline, orientation));
    const bool turned = orientation >= 5;
    ASSERT_EQ(upright.size(), (turned ? Size{24, 40} : Size{40, 24}));
    const int width = upright.width;
    const int height = upright.height;
    for (int r = 0; r < 24; ++r) {    // stored row
      for (int c = 0; c < 40; ++c) {  // stored column
        int x = 0;
        int y = 0;
        switch (orientation) {
          case 1:
            x = c, y = r;
            break;  // top, left
          case 2:
            x = width - 1 - c, y = r;
            break;  // top, right
          case 3:
            x = width - 1 - c, y = height - 1 - r;
            break;  // bottom, right
          case 4:
            x = c, y = height - 1 - r;
            break;  // bottom, left
          case 5:
            x = r, y = c;
            break;  // left, top
          case 6:
            x = width - 1 - r, y = c;
            break;  // right, top
          case 7:
            x = width - 1 - r, y = height - 1 - c;
            break;  // right, bottom
          case 8:
            x = r, y = height - 1 - c;
            break;  // left, bottom
        }
        ASSERT_EQ(upright.row(y)[x * 3], plain.row(r)[c * 3]);
      }
    }
  }
}

// Every prefix is an error or, where only the end mark is missing, the picture.
TEST(DecodeTest, TruncatedPicturesAreErrors) {
  const Image picture = TestPicture(64, 48);
  for (const std::vector<std::byte>& bytes :
       {MakeTestJpeg(picture, TestJpeg::kBaseline),
        MakeTestJpeg(picture, TestJpeg::kProgressive),
        MakeTestPng(picture, TestPng::kRgb),
        MakeTestPng(picture, TestPng::kInterlaced)}) {
    const Image whole = Decoded(bytes);
    size_t decoded = 0;
    for (size_t length = 0; length < bytes.size(); ++length) {
      const Result<Image> image =
          DecodeImage(std::span(bytes).first(length), "cut.jpg");
      if (image.ok()) {
        ++decoded;
        EXPECT_EQ(LargestDifference(*image, whole), 0) << length;
      } else {
        EXPECT_EQ(image.status().file(), "cut.jpg");
      }
    }
    EXPECT_LE(decoded, 4u);
  }
}

TEST(DecodeTest, ChangedBytesNeverCrash) {
  const Image picture = TestPicture(40, 32);
  for (std::vector<std::byte> bytes :
       {MakeTestJpeg(picture, TestJpeg::kBaseline, 6),
        MakeTestJpeg(picture, TestJpeg::kProgressive),
        MakeTestPng(picture, TestPng::kPalette)}) {
    for (size_t i = 0; i < bytes.size(); ++i) {
      const std::byte kept = bytes[i];
      bytes[i] ^= std::byte{0x5A};
      DecodeOptions options;
      options.max_pixels = 1 << 20;
      (void)DecodeImage(bytes, "changed", options).ok();
      bytes[i] = kept;
    }
  }
}

TEST(DecodeTest, ChangedPngIsDataLoss) {
  std::vector<std::byte> bytes =
      MakeTestPng(TestPicture(40, 32), TestPng::kRgb);
  bytes[bytes.size() / 2] ^= std::byte{1};
  EXPECT_EQ(DecodeImage(bytes, "x").status().code(), StatusCode::kDataLoss);
}

TEST(DecodeTest, ExtraBytesAreHarmless) {
  std::vector<std::byte> bytes =
      MakeTestJpeg(TestPicture(40, 32), TestJpeg::kBaseline);
  bytes.insert(bytes.end(), 1000, std::byte{7});
  EXPECT_TRUE(DecodeImage(bytes, "x").ok());
}

TEST(DecodeTest, OtherFilesSayWhatTheyAre) {
  const auto message = [](const std::string& text) {
    const Result<Image> image = DecodeImage(Bytes(text), "cat.jpg");
    EXPECT_EQ(image.status().file(), "cat.jpg");
    return image.status().message();
  };
  EXPECT_NE(message("GIF89a....").find("GIF"), std::string::npos);
  EXPECT_NE(message("RIFF1234WEBPVP8 ").find("WebP"), std::string::npos);
  EXPECT_NE(message("just some text").find("neither"), std::string::npos);
  EXPECT_NE(message("").find("empty"), std::string::npos);
}

TEST(DecodeTest, AnimatedPngIsRefused) {
  std::vector<std::byte> bytes = MakeTestPng(TestPicture(8, 8), TestPng::kRgb);
  // acTL (two frames, for ever) after the 33 bytes of signature and IHDR.
  const std::string chunk(
      "\0\0\0\x08"
      "acTL"
      "\0\0\0\x02\0\0\0\0"
      "\xF3\x8D\x93\x70",
      20);
  const std::vector<std::byte> added = Bytes(chunk);
  bytes.insert(bytes.begin() + 33, added.begin(), added.end());
  const Status status = DecodeImage(bytes, "a.png").status();
  EXPECT_EQ(status.code(), StatusCode::kUnsupported);
  EXPECT_NE(status.message().find("animation"), std::string::npos);
}

// The chunk `type` with `claimed` for its length, behind the header of `png`.
std::vector<std::byte> WithChunk(std::vector<std::byte> png,
                                 const std::string& type, uint32_t claimed,
                                 const std::string& content) {
  constexpr ptrdiff_t kBehindHeader = 33;
  std::string chunk;
  for (int i = 3; i >= 0; --i) {
    chunk.push_back(static_cast<char>(claimed >> (8 * i)));
  }
  chunk += type + content + std::string(4, '\0');  // a wrong checksum
  const std::vector<std::byte> bytes = Bytes(chunk);
  png.insert(png.begin() + kBehindHeader, bytes.begin(), bytes.end());
  return png;
}

TEST(DecodeTest, AChunkThatClaimsMoreThanThereIsTakesNoMemory) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need address space of their own";
#endif
  constexpr int64_t kRoom = int64_t{16} << 20;
  constexpr uint32_t kClaimed = 0x7FFFFFFF;
  const std::vector<std::byte> png =
      MakeTestPng(TestPicture(9, 9), TestPng::kRgb);
  for (const char* type : {"tEXt", "zTXt", "iTXt", "sPLT", "iCCP", "eXIf",
                           "hIST", "PLTE", "tRNS", "IDAT", "vpAg"}) {
    const std::vector<std::byte> bytes =
        WithChunk(png, type, kClaimed, "key\0\0more");
    EXPECT_EQ(EndOfChild([&] {
                LimitAddressSpace(kRoom);
                const Status status = DecodeImage(bytes, "test").status();
                return status.code() == StatusCode::kDataLoss ? 0 : 1;
              }),
              "exit 0")
        << type;
  }
}

TEST(DecodeTest, PixelLimit) {
  const Image picture = TestPicture(50, 40);
  DecodeOptions options;
  options.max_pixels = 50 * 40 - 1;
  for (const auto& bytes : {MakeTestJpeg(picture, TestJpeg::kBaseline),
                            MakeTestPng(picture, TestPng::kRgb)}) {
    EXPECT_EQ(DecodeImage(bytes, "x", options).status().code(),
              StatusCode::kInvalidArgument);
  }
}

// A header that claims 65,500 x 65,500 pixels costs nothing.
TEST(DecodeTest, HugeHeaderIsRefusedByTheDefaultLimit) {
  std::vector<std::byte> bytes =
      MakeTestJpeg(TestPicture(16, 16), TestJpeg::kBaseline);
  for (size_t i = 0; i + 8 < bytes.size(); ++i) {
    if (bytes[i] == std::byte{0xFF} && bytes[i + 1] == std::byte{0xC0}) {
      for (size_t k = 5; k < 9; ++k) bytes[i + k] = std::byte{0xFF};
      for (size_t k = 6; k < 9; k += 2) bytes[i + k] = std::byte{0xDC};
      break;
    }
  }
  EXPECT_EQ(DecodeImage(bytes, "x").status().code(),
            StatusCode::kInvalidArgument);
}

TEST(EncodeTest, RoundTripAndBadArguments) {
  const Image picture = TestPicture(33, 21);
  const std::vector<std::byte> bytes = EncodeJpeg(picture, 95).value();
  EXPECT_EQ(bytes, EncodeJpeg(picture, 95).value());
  EXPECT_LE(LargestDifference(Decoded(bytes), picture), 24);
  EXPECT_FALSE(EncodeJpeg(picture, 0).ok());
  EXPECT_FALSE(EncodeJpeg(picture, 101).ok());
  Image wrong = picture;
  wrong.pixels.pop_back();
  EXPECT_FALSE(EncodeJpeg(wrong, 90).ok());
}

}  // namespace
}  // namespace alexnet
