#include "core/base/text.h"

#include <fmt/core.h>

#include <cstdint>

namespace alexnet {
namespace {

// The length of the well-formed UTF-8 sequence at the start of `text` (Unicode
// 15, table 3-7) and its code point; length 0 where there is none.
struct Decoded {
  size_t length = 0;
  uint32_t point = 0;
};

Decoded DecodeFirst(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, lead};
  size_t length = 0;
  uint32_t least = 0;
  if ((lead & 0xE0) == 0xC0) {
    length = 2, least = 0x80;
  } else if ((lead & 0xF0) == 0xE0) {
    length = 3, least = 0x800;
  } else if ((lead & 0xF8) == 0xF0) {
    length = 4, least = 0x10000;
  } else {
    return {};
  }
  if (text.size() < length) return {};
  uint32_t point = lead & (0x7F >> length);
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    point = point << 6 | (byte(i) & 0x3F);
  }
  const bool surrogate = point >= 0xD800 && point <= 0xDFFF;
  if (point < least || point > 0x10FFFF || surrogate) return {};
  return {length, point};
}

bool IsControl(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

}  // namespace

Status CheckText(std::string_view text, size_t max_bytes, Lines lines) {
  if (text.size() > max_bytes) {
    return InvalidArgumentError(fmt::format("{} bytes long; at most {} may be",
                                            text.size(), max_bytes));
  }
  for (size_t at = 0; at < text.size();) {
    const Decoded first = DecodeFirst(text.substr(at));
    if (first.length == 0) {
      return InvalidArgumentError(
          fmt::format("not UTF-8 at byte {}; rename it", at));
    }
    const bool is_line_character =
        lines == Lines::kMany && (first.point == '\n' || first.point == '\t');
    if (IsControl(first.point) && !is_line_character) {
      return InvalidArgumentError(fmt::format(
          "control character U+{:04X} at byte {}; rename it", first.point, at));
    }
    at += first.length;
  }
  return Status();
}

}  // namespace alexnet
