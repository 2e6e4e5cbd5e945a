#include "tools/alexnet/page/raster.h"

#include <png.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <stdexcept>
#include <unordered_map>

namespace alexnet::cli {
namespace {

struct Indexed {
  std::vector<uint8_t> colours;  // RGBA; none where there are over 256
  std::vector<uint8_t> pixels;   // their numbers
};

Indexed IndexColours(const Raster& raster) {
  constexpr size_t kMost = 256;
  Indexed indexed;
  std::unordered_map<uint32_t, uint8_t> numbers;
  for (size_t at = 0; at < raster.rgba.size(); at += 4) {
    const uint8_t* const pixel = raster.rgba.data() + at;
    uint32_t colour = 0;
    std::memcpy(&colour, pixel, sizeof(colour));
    const auto [number, added] =
        numbers.try_emplace(colour, static_cast<uint8_t>(numbers.size()));
    if (added && numbers.size() > kMost) return {};
    if (added) indexed.colours.insert(indexed.colours.end(), pixel, pixel + 4);
    indexed.pixels.push_back(number->second);
  }
  return indexed;
}

}  // namespace

Raster Stacked(std::span<const Raster> rasters, uint32_t gap) {
  uint32_t width = 0, height = 0;
  for (const Raster& each : rasters) {
    width = std::max(width, each.width);
    height += each.height + (height == 0 ? 0 : gap);
  }
  Raster whole(width, height);
  const size_t row = size_t{4} * width;
  size_t top = 0;
  for (const Raster& each : rasters) {
    const size_t own = size_t{4} * each.width;
    for (uint32_t y = 0; y < each.height; ++y) {
      std::copy_n(each.rgba.data() + y * own, own,
                  whole.rgba.data() + (top + y) * row);
    }
    top += each.height + gap;
  }
  return whole;
}

Raster Enlarged(const Raster& raster, uint32_t width) {
  const uint32_t factor = std::max(width / raster.width, 1U);
  Raster large(raster.width * factor, raster.height * factor);
  for (uint32_t y = 0; y < large.height; ++y) {
    const uint8_t* const from =
        raster.rgba.data() + size_t{4} * (y / factor) * raster.width;
    uint8_t* to = large.rgba.data() + size_t{4} * y * large.width;
    for (uint32_t x = 0; x < large.width; ++x, to += 4) {
      std::copy_n(from + size_t{4} * (x / factor), 4, to);
    }
  }
  return large;
}

Raster Reduced(const Raster& raster, uint32_t width) {
  const uint32_t side = std::max((raster.width + width - 1) / width, 1U);
  Raster small((raster.width + side - 1) / side,
               (raster.height + side - 1) / side);
  std::vector<uint32_t> sums(small.rgba.size());
  std::vector<uint32_t> counts(small.rgba.size());
  for (uint32_t y = 0; y < raster.height; ++y) {
    for (uint32_t x = 0; x < raster.width; ++x) {
      const size_t from = 4 * (size_t{y} * raster.width + x);
      const size_t to = 4 * (size_t{y / side} * small.width + x / side);
      for (size_t channel = 0; channel < 4; ++channel) {
        sums[to + channel] += raster.rgba[from + channel];
        ++counts[to + channel];
      }
    }
  }
  for (size_t i = 0; i < sums.size(); ++i) {
    small.rgba[i] = static_cast<uint8_t>((sums[i] + counts[i] / 2) /
                                         std::max(counts[i], 1U));
  }
  return small;
}

Raster Scaled(const Raster& raster, uint32_t width, uint32_t height) {
  // Where the pixels begin that the one at `at` covers.
  const auto first = [](uint32_t at, uint32_t from, uint32_t to) {
    return static_cast<uint32_t>(uint64_t{at} * from / to);
  };
  Raster scaled(width, height);
  uint8_t* to = scaled.rgba.data();
  for (uint32_t y = 0; y < height; ++y) {
    const uint32_t top = first(y, raster.height, height);
    const uint32_t bottom =
        std::max(first(y + 1, raster.height, height), top + 1);
    for (uint32_t x = 0; x < width; ++x) {
      const uint32_t left = first(x, raster.width, width);
      const uint32_t right =
          std::max(first(x + 1, raster.width, width), left + 1);
      const uint64_t count = uint64_t{bottom - top} * (right - left);
      std::array<uint64_t, 4> sums{};
      for (uint32_t row = top; row < bottom; ++row) {
        const uint8_t* from =
            raster.rgba.data() + 4 * (size_t{row} * raster.width + left);
        for (uint32_t column = left; column < right; ++column) {
          for (uint64_t& sum : sums) sum += *from++;
        }
      }
      for (const uint64_t sum : sums) {
        *to++ = static_cast<uint8_t>((sum + count / 2) / count);
      }
    }
  }
  return scaled;
}

std::string EncodePng(const Raster& raster) {
  const Indexed indexed = IndexColours(raster);
  const bool few = !indexed.colours.empty();
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = raster.width;
  image.height = raster.height;
  image.format = few ? PNG_FORMAT_RGBA_COLORMAP : PNG_FORMAT_RGBA;
  image.colormap_entries = static_cast<uint32_t>(indexed.colours.size() / 4);
  const std::vector<uint8_t>& pixels = few ? indexed.pixels : raster.rgba;
  png_alloc_size_t size = 0;
  const auto write = [&](void* to) {
    if (png_image_write_to_memory(&image, to, &size, 0, pixels.data(), 0,
                                  few ? indexed.colours.data() : nullptr) ==
        0) {
      throw std::runtime_error(std::string("a picture cannot be written: ") +
                               image.message);
    }
  };
  write(nullptr);
  std::string png(size, '\0');
  write(png.data());
  png.resize(size);
  return png;
}

}  // namespace alexnet::cli
