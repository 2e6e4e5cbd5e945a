// UTF-8, and text from elsewhere made harmless.

#ifndef ALEXNET_CORE_BASE_UTF8_H_
#define ALEXNET_CORE_BASE_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace alexnet {

// The well-formed UTF-8 sequence (Unicode 15, table 3-7) that a text begins
// with.
struct Utf8Character {
  size_t bytes = 0;  // 0: it begins with none
  uint32_t point = 0;
};

// `text` must not be empty.
Utf8Character FirstCharacter(std::string_view text);

bool IsControlCharacter(uint32_t point);

// A name from elsewhere as it goes into a message: control characters, line
// breaks among them, and what turns the direction of text as "\x1B" and
// "\u202E", bytes that are not UTF-8 as "\xFF"; so that it plays no tricks on a
// terminal and feigns no line of a log. Other text, backslashes too, stays as
// it is.
std::string Escaped(std::string_view name);

// The same of a whole message, which may have several lines.
std::string EscapedLines(std::string_view message);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_UTF8_H_
