#include "tools/alexnet/printable.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "tools/alexnet/utf8.h"

namespace alexnet::cli {
namespace {

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
    const Utf8Character first = FirstCharacter(text);
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
  return Escaped(text, [&](const Utf8Character& first, std::string_view rest) {
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
  return Escaped(json, [](const Utf8Character& first, std::string_view) {
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
