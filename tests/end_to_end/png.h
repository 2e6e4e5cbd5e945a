// PNG files, for tests: read and written by libpng.

#ifndef ALEXNET_TESTS_END_TO_END_PNG_H_
#define ALEXNET_TESTS_END_TO_END_PNG_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace alexnet::testing {

using Pixel = std::array<int, 4>;  // red, green, blue, opacity

struct Picture {
  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> rgba;

  Pixel At(uint32_t x, uint32_t y) const {
    const uint8_t* pixel = rgba.data() + size_t{4} * (y * width + x);
    return {pixel[0], pixel[1], pixel[2], pixel[3]};
  }
};

// An empty one where it cannot be read.
Picture ReadPng(const std::string& path);
Picture DecodePng(const std::string& file);
void WritePng(const std::string& path, const Picture& picture);

}  // namespace alexnet::testing

#endif  // ALEXNET_TESTS_END_TO_END_PNG_H_
