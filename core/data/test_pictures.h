// Pictures and data sets for tests, drawn by the program.

#ifndef ALEXNET_CORE_DATA_TEST_PICTURES_H_
#define ALEXNET_CORE_DATA_TEST_PICTURES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/preprocess/image.h"

namespace alexnet {

// A smooth picture; `seed` makes others.
Image TestPicture(int width, int height, int seed = 0);

enum class TestJpeg { kBaseline, kProgressive, kGray, kCmyk, kAdobeCmyk };

// `orientation` above 0 adds an EXIF block. CMYK pictures hold no black; the
// Adobe kind is stored inverted.
std::vector<std::byte> MakeTestJpeg(const Image& image, TestJpeg kind,
                                    int orientation = 0);

enum class TestPng {
  kRgb,
  kGray,
  kGray16,
  kRgb16,
  kPalette,
  kRgba,
  kInterlaced
};

// kRgba: alpha is the red value, and every pixel otherwise as in `image`.
std::vector<std::byte> MakeTestPng(const Image& image, TestPng kind);

// An empty folder below the test's temporary folder, made anew.
std::string FreshFolder(const std::string& name);

// Makes the folders above it too.
void WriteTestFile(const std::string& path, std::span<const std::byte> bytes);
void WriteTestFile(const std::string& path, const std::string& text);

// root/CLASS/0.jpg ... with `each` pictures of side x side for each class, all
// different.
void WriteClassFolders(const std::string& root,
                       const std::vector<std::string>& classes, int each,
                       int side);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_TEST_PICTURES_H_
