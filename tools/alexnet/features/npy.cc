#include "tools/alexnet/features/npy.h"

#include <fmt/core.h>

#include <charconv>
#include <cstring>
#include <limits>
#include <stdexcept>

#include "tools/alexnet/utf8.h"

namespace alexnet::cli {
namespace {

constexpr std::string_view kMagic("\x93NUMPY", 6);
constexpr size_t kAlignment = 64;
constexpr uint32_t kEscape = 0xDC00;  // and a byte from 0x80 on

void Encode(uint32_t point, std::string* text) {
  const auto tail = [&](int shift) {
    text->push_back(static_cast<char>(0x80 | (point >> shift & 0x3F)));
  };
  if (point >= kEscape + 0x80 && point < kEscape + 0x100) {
    text->push_back(static_cast<char>(point - kEscape));
  } else if (point < 0x80) {
    text->push_back(static_cast<char>(point));
  } else if (point < 0x800) {
    text->push_back(static_cast<char>(0xC0 | point >> 6));
    tail(0);
  } else if (point < 0x10000) {
    text->push_back(static_cast<char>(0xE0 | point >> 12));
    tail(6);
    tail(0);
  } else {
    text->push_back(static_cast<char>(0xF0 | (point >> 18 & 7)));
    tail(12);
    tail(6);
    tail(0);
  }
}

// What follows `key` in the dictionary of a header.
std::string_view ValueOf(std::string_view header, std::string_view key) {
  const std::string quoted = fmt::format("'{}'", key);
  const size_t at = header.find(quoted);
  if (at == std::string_view::npos) {
    throw std::runtime_error(fmt::format("has no '{}' in its header", key));
  }
  const size_t colon = header.find(':', at + quoted.size());
  const size_t value = colon == std::string_view::npos
                           ? colon
                           : header.find_first_not_of(' ', colon + 1);
  if (value == std::string_view::npos) {
    throw std::runtime_error(fmt::format("has no '{}' in its header", key));
  }
  return header.substr(value);
}

std::vector<int64_t> ShapeOf(std::string_view text) {
  std::vector<int64_t> shape;
  const size_t end = text.find(')');
  if (text.empty() || text.front() != '(' || end == std::string_view::npos) {
    throw std::runtime_error("has no shape in its header");
  }
  for (size_t at = 1; at < end;) {
    if (text[at] == ' ' || text[at] == ',') {
      ++at;
      continue;
    }
    int64_t extent = 0;
    const auto [stop, error] =
        std::from_chars(text.data() + at, text.data() + end, extent);
    if (error != std::errc() || extent < 0) {
      throw std::runtime_error("has no shape in its header");
    }
    shape.push_back(extent);
    at = static_cast<size_t>(stop - text.data());
  }
  return shape;
}

}  // namespace

std::string NpyHeader(std::string_view descr, const std::vector<int64_t>& shape,
                      size_t least) {
  std::string extents;
  for (const int64_t extent : shape) extents += fmt::format("{}, ", extent);
  if (shape.size() > 1) extents.resize(extents.size() - 2);
  if (shape.size() == 1) extents.resize(extents.size() - 1);
  std::string dictionary =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                  descr, extents);
  const size_t before = kMagic.size() + 2 + 2;
  size_t size = before + dictionary.size() + 1;
  size = (size + kAlignment - 1) / kAlignment * kAlignment;
  if (size < least) size = least;
  dictionary.resize(size - before - 1, ' ');
  const size_t length = dictionary.size() + 1;
  std::string header(kMagic);
  header += {'\x01', '\x00', static_cast<char>(length & 0xFF),
             static_cast<char>(length >> 8)};
  return header + dictionary + '\n';
}

std::vector<uint32_t> CodePoints(std::string_view text) {
  std::vector<uint32_t> points;
  while (!text.empty()) {
    const Utf8Character first = FirstCharacter(text);
    points.push_back(first.valid ? first.point
                                 : kEscape + static_cast<uint8_t>(text[0]));
    text.remove_prefix(first.length);
  }
  return points;
}

std::string TextOf(const uint32_t* points, size_t count) {
  std::string text;
  for (size_t i = 0; i < count && points[i] != 0; ++i) Encode(points[i], &text);
  return text;
}

NpyFront ReadNpyFront(std::string_view file) {
  if (file.substr(0, kMagic.size()) != kMagic || file.size() < 12) {
    throw std::runtime_error("is no array of NumPy's");
  }
  const auto byte = [&](size_t at) {
    return static_cast<size_t>(static_cast<uint8_t>(file[at]));
  };
  const size_t version = byte(6);
  if (version < 1 || version > 3) {
    throw std::runtime_error(fmt::format(
        "is an array of NumPy's of version {}, not 1 to 3", version));
  }
  const size_t begin = version == 1 ? 10 : 12;
  const size_t length =
      version == 1 ? byte(8) | byte(9) << 8
                   : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
  if (length > file.size() - begin) throw std::runtime_error("was cut");
  const std::string_view header = file.substr(begin, length);
  NpyFront front;
  front.bytes = begin + length;
  if (!ValueOf(header, "fortran_order").starts_with("False")) {
    throw std::runtime_error("is in Fortran's order; save it in C order");
  }
  const std::string_view descr = ValueOf(header, "descr");
  const size_t end = descr.find('\'', 1);
  if (descr.empty() || descr.front() != '\'' || end == std::string_view::npos) {
    throw std::runtime_error("has no simple type");
  }
  front.descr = descr.substr(1, end - 1);
  front.shape = ShapeOf(ValueOf(header, "shape"));
  return front;
}

}  // namespace alexnet::cli
