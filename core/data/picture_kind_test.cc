#include "core/data/picture_kind.h"

#include <gtest/gtest.h>

#include <string>

#include "core/data/test_pictures.h"

namespace alexnet {
namespace {

using std::string_literals::operator""s;

const ForeignKind* Foreign(const std::string& bytes) {
  return ForeignKindOf(std::as_bytes(std::span(bytes)));
}

TEST(PictureKindTest, JpegAndPngAreNotForeign) {
  const auto png = MakeTestPng(TestPicture(4, 4), TestPng::kRgb);
  EXPECT_EQ(KindOf(png), PictureKind::kPng);
  EXPECT_EQ(ForeignKindOf(png), nullptr);
  const auto jpeg = MakeTestJpeg(TestPicture(4, 4), TestJpeg::kBaseline);
  EXPECT_EQ(KindOf(jpeg), PictureKind::kJpeg);
  EXPECT_EQ(ForeignKindOf(jpeg), nullptr);
}

TEST(PictureKindTest, OtherPicturesHaveNames) {
  const std::pair<std::string, std::string_view> kinds[] = {
      {"GIF89a"s, "GIF"},
      {"RIFF\0\0\0\0WEBPVP8 "s, "WebP"},
      {"BM\x36\1\0\0\0\0\0\0\x36"s, "BMP"},
      {"II*\0\x08"s, "TIFF"},
      {"MM\0*\0"s, "TIFF"},
      {"P6\n2 2\n"s, "PPM"},
      {"\0\0\0\x1c"
       "ftypavif"s,
       "AVIF"},
      {"\0\0\0\x18"
       "ftypheic"s,
       "HEIF"},
      {"\0\0\0\x0cjP  \r\n\x87\n"s, "JPEG 2000"},
      {"\0\0\0\x0cJXL \r\n\x87\n"s, "JPEG XL"},
  };
  for (const auto& [bytes, name] : kinds) {
    const ForeignKind* const kind = Foreign(bytes);
    ASSERT_NE(kind, nullptr) << name;
    EXPECT_EQ(kind->name, name);
    EXPECT_TRUE(kind->picture) << name;
  }
}

TEST(PictureKindTest, DocumentsAreNoPictures) {
  for (const std::string& bytes : {"%PDF-1.4"s, "<svg>"s,
                                   "\0\0\0\x18"
                                   "ftypisom"s}) {
    ASSERT_NE(Foreign(bytes), nullptr);
    EXPECT_FALSE(Foreign(bytes)->picture);
  }
  for (const std::string& bytes : {""s, "B"s, "BM cars"s, "cat 1\n"s,
                                   "RIFF\0\0\0\0WAVEfmt "s, "the old WEBP"s}) {
    EXPECT_EQ(Foreign(bytes), nullptr);
  }
}

}  // namespace
}  // namespace alexnet
