#include "core/data/test_pictures.h"

#include <fmt/core.h>
#include <gtest/gtest.h>
#include <jpeglib.h>
#include <png.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "core/data/decode.h"

namespace alexnet {
namespace {

namespace fs = std::filesystem;

// Little-endian TIFF with the one entry 0x0112 (orientation).
std::vector<uint8_t> ExifBlock(int orientation) {
  return {'E', 'x',  'i', 'f', 0,
          0,   'I',  'I', 42,  0,
          8,   0,    0,   0,   1,
          0,   0x12, 1,   3,   0,
          1,   0,    0,   0,   static_cast<uint8_t>(orientation),
          0,   0,    0,   0,   0,
          0,   0};
}

void AppendPng(png_structp png, png_bytep bytes, size_t count) {
  auto* out = static_cast<std::vector<std::byte>*>(png_get_io_ptr(png));
  const auto* from = reinterpret_cast<const std::byte*>(bytes);
  out->insert(out->end(), from, from + count);
}

// One row in the layout that `kind` is written in.
std::vector<uint8_t> PngRow(const Image& image, int y, TestPng kind) {
  std::vector<uint8_t> row;
  for (int x = 0; x < image.width; ++x) {
    const uint8_t* pixel = image.row(y) + static_cast<size_t>(x) * 3;
    switch (kind) {
      case TestPng::kRgb:
      case TestPng::kInterlaced:
        row.insert(row.end(), pixel, pixel + 3);
        break;
      case TestPng::kGray:
        row.push_back(pixel[0]);
        break;
      case TestPng::kGray16:  // v * 257 is v in 16 bits
        row.insert(row.end(), {pixel[0], pixel[0]});
        break;
      case TestPng::kRgb16:
        for (int c = 0; c < 3; ++c) {
          row.insert(row.end(), {pixel[c], pixel[c]});
        }
        break;
      case TestPng::kPalette:
        row.push_back(pixel[0]);
        break;
      case TestPng::kRgba:
        row.insert(row.end(), pixel, pixel + 3);
        row.push_back(pixel[0]);
        break;
    }
  }
  return row;
}

}  // namespace

Image TestPicture(int width, int height, int seed) {
  Image image = Image::Create(width, height, 3).value();
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      uint8_t* pixel = image.row(y) + static_cast<size_t>(x) * 3;
      for (int c = 0; c < 3; ++c) {
        const double phase = 0.7 * seed + 2.1 * c;
        const double value = std::sin(0.05 * (1 + seed % 5) * x + phase) +
                             std::cos(0.04 * (1 + seed % 7) * y + 1.3 * phase);
        pixel[c] = static_cast<uint8_t>(128 + 60 * value);
      }
    }
  }
  return image;
}

std::vector<std::byte> MakeTestJpeg(const Image& image, TestJpeg kind,
                                    int orientation) {
  jpeg_compress_struct compress{};
  jpeg_error_mgr errors{};
  compress.err = jpeg_std_error(&errors);  // ends the test on an error
  jpeg_create_compress(&compress);
  unsigned char* buffer = nullptr;
  unsigned long size = 0;  // NOLINT: libjpeg's type
  jpeg_mem_dest(&compress, &buffer, &size);
  compress.image_width = static_cast<JDIMENSION>(image.width);
  compress.image_height = static_cast<JDIMENSION>(image.height);
  const bool cmyk = kind == TestJpeg::kCmyk || kind == TestJpeg::kAdobeCmyk;
  const bool gray = kind == TestJpeg::kGray;
  compress.input_components = cmyk ? 4 : gray ? 1 : 3;
  compress.in_color_space = cmyk ? JCS_CMYK : gray ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_set_defaults(&compress);
  jpeg_set_quality(&compress, 95, TRUE);
  if (kind == TestJpeg::kProgressive) jpeg_simple_progression(&compress);
  if (cmyk) compress.write_Adobe_marker = kind == TestJpeg::kAdobeCmyk;
  jpeg_start_compress(&compress, TRUE);
  if (orientation > 0) {
    const std::vector<uint8_t> block = ExifBlock(orientation);
    jpeg_write_marker(&compress, JPEG_APP0 + 1, block.data(),
                      static_cast<unsigned int>(block.size()));
  }
  for (int y = 0; y < image.height; ++y) {
    std::vector<uint8_t> row;
    for (int x = 0; x < image.width; ++x) {
      const uint8_t* pixel = image.row(y) + static_cast<size_t>(x) * 3;
      const uint8_t flip = kind == TestJpeg::kCmyk ? 255 : 0;
      for (int c = 0; c < (gray ? 1 : 3); ++c) row.push_back(pixel[c] ^ flip);
      // No black: 0, or 255 where inks are inverted.
      if (cmyk) row.push_back(static_cast<uint8_t>(~flip));
    }
    JSAMPROW pointer = row.data();
    jpeg_write_scanlines(&compress, &pointer, 1);
  }
  jpeg_finish_compress(&compress);
  const auto* bytes = reinterpret_cast<const std::byte*>(buffer);
  std::vector<std::byte> result(bytes, bytes + size);
  jpeg_destroy_compress(&compress);
  std::free(buffer);
  return result;
}

std::vector<std::byte> MakeTestPng(const Image& image, TestPng kind) {
  png_structp png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  std::vector<std::byte> result;
  png_set_write_fn(png, &result, AppendPng, nullptr);
  const bool wide = kind == TestPng::kGray16 || kind == TestPng::kRgb16;
  int type = PNG_COLOR_TYPE_RGB;
  if (kind == TestPng::kGray || kind == TestPng::kGray16) {
    type = PNG_COLOR_TYPE_GRAY;
  }
  if (kind == TestPng::kPalette) type = PNG_COLOR_TYPE_PALETTE;
  if (kind == TestPng::kRgba) type = PNG_COLOR_TYPE_RGBA;
  png_set_IHDR(
      png, info, static_cast<png_uint_32>(image.width),
      static_cast<png_uint_32>(image.height), wide ? 16 : 8, type,
      kind == TestPng::kInterlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE,
      PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (kind == TestPng::kPalette) {
    std::vector<png_color> palette;
    for (int i = 0; i < 256; ++i) {
      const auto value = static_cast<png_byte>(i);
      palette.push_back({value, static_cast<png_byte>(255 - i), 9});
    }
    png_set_PLTE(png, info, palette.data(), 256);
  }
  png_write_info(png, info);
  const int passes = png_set_interlace_handling(png);
  for (int pass = 0; pass < passes; ++pass) {
    for (int y = 0; y < image.height; ++y) {
      std::vector<uint8_t> row = PngRow(image, y, kind);
      png_write_row(png, row.data());
    }
  }
  png_write_end(png, info);
  png_destroy_write_struct(&png, &info);
  return result;
}

std::string FreshFolder(const std::string& name) {
  std::string path = fmt::format(
      "{}/{}_{}", testing::TempDir(),
      testing::UnitTest::GetInstance()->current_test_info()->name(), name);
  fs::remove_all(path);
  fs::create_directories(path);
  return path;
}

void WriteTestFile(const std::string& path, std::span<const std::byte> bytes) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

void WriteTestFile(const std::string& path, const std::string& text) {
  WriteTestFile(path, std::as_bytes(std::span(text)));
}

void WriteClassFolders(const std::string& root,
                       const std::vector<std::string>& classes, int each,
                       int side) {
  int seed = 0;
  for (const std::string& name : classes) {
    for (int i = 0; i < each; ++i) {
      WriteTestFile(fmt::format("{}/{}/{}.jpg", root, name, i),
                    EncodeJpeg(TestPicture(side, side, seed++), 90).value());
    }
  }
}

}  // namespace alexnet
