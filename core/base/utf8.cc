#include "core/base/utf8.h"

#include <algorithm>

namespace alexnet {
namespace {

bool TurnsDirection(uint32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x2028 && point <= 0x202E) ||
         (point >= 0x2066 && point <= 0x2069);
}

void AppendHex(uint32_t value, int digits, std::string* to) {
  constexpr char kHex[] = "0123456789ABCDEF";
  for (int i = digits - 1; i >= 0; --i)
    to->push_back(kHex[value >> 4 * i & 15]);
}

std::string Escape(std::string_view text, bool keep_lines) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const Utf8Character first = FirstCharacter(text);
    const size_t bytes = std::max<size_t>(first.bytes, 1);
    if (first.bytes == 0) {
      result += "\\x";
      AppendHex(static_cast<uint8_t>(text.front()), 2, &result);
    } else if (IsControlCharacter(first.point) &&
               !(keep_lines && first.point == '\n')) {
      result += "\\x";
      AppendHex(first.point, 2, &result);
    } else if (TurnsDirection(first.point)) {
      result += "\\u";
      AppendHex(first.point, 4, &result);
    } else {
      result += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return result;
}

}  // namespace

Utf8Character FirstCharacter(std::string_view text) {
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

bool IsControlCharacter(uint32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0);
}

std::string Escaped(std::string_view name) { return Escape(name, false); }

std::string EscapedLines(std::string_view message) {
  return Escape(message, true);
}

}  // namespace alexnet
