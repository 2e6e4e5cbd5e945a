#include "tools/alexnet/printable.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace alexnet::cli {
namespace {

struct Character {
  size_t length = 1;
  uint32_t point = 0;
  bool valid = false;
};

// The first character of `text`, which is not empty.
Character First(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  if (byte(0) < 0x80) return {1, byte(0), true};
  const size_t length = byte(0) >= 0xF0 ? 4 : byte(0) >= 0xE0 ? 3 : 2;
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (byte(0) < 0xC0 || byte(0) > 0xF7 || text.size() < length) return {};
  uint32_t point = byte(0) & (0x7Fu >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < kLeast[length] || point > 0x10FFFF || surrogate) return {};
  return {length, point, true};
}

// Control characters, and those that turn the direction of text.
bool PlaysTricks(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x061C ||
         point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

template <typename Escape>
std::string Escaped(std::string_view text, const Escape& escape) {
  std::string result;
  while (!text.empty()) {
    const Character first = First(text);
    if (const std::string instead = escape(first, text); instead.empty()) {
      result += text.substr(0, first.length);
    } else {
      result += instead;
    }
    text.remove_prefix(first.length);
  }
  return result;
}

}  // namespace

std::string Printable(std::string_view text, LineBreaks breaks) {
  return Escaped(text, [&](const Character& first, std::string_view rest) {
    if (first.valid && !PlaysTricks(first.point)) return std::string();
    if (breaks == LineBreaks::kKept && first.point == '\n') {
      return std::string();
    }
    if (first.valid && first.point > 0xFF) {
      return fmt::format("\\u{:04X}", first.point);
    }
    return fmt::format(
        "\\x{:02X}", first.valid ? first.point : static_cast<uint8_t>(rest[0]));
  });
}

std::string PrintableJson(std::string_view json) {
  return Escaped(json, [](const Character& first, std::string_view) {
    // Line breaks stand between the values; within strings they are escaped.
    const bool plain = first.point == '\n' || !PlaysTricks(first.point);
    return plain ? std::string() : fmt::format("\\u{:04x}", first.point);
  });
}

size_t Columns(std::string_view text) {
  return static_cast<size_t>(std::count_if(
      text.begin(), text.end(),
      [](char c) { return (static_cast<uint8_t>(c) & 0xC0) != 0x80; }));
}

}  // namespace alexnet::cli
