#include "core/base/text.h"

#include <fmt/core.h>

#include "core/base/utf8.h"

namespace alexnet {
Status CheckText(std::string_view text, size_t max_bytes, Lines lines) {
  if (text.size() > max_bytes) {
    return InvalidArgumentError(fmt::format("{} bytes long; at most {} may be",
                                            text.size(), max_bytes));
  }
  for (size_t at = 0; at < text.size();) {
    const Utf8Character first = FirstCharacter(text.substr(at));
    if (first.bytes == 0) {
      return InvalidArgumentError(
          fmt::format("not UTF-8 at byte {}; rename it", at));
    }
    const bool is_line_character =
        lines == Lines::kMany && (first.point == '\n' || first.point == '\t');
    if (IsControlCharacter(first.point) && !is_line_character) {
      return InvalidArgumentError(fmt::format(
          "control character U+{:04X} at byte {}; rename it", first.point, at));
    }
    at += first.bytes;
  }
  return Status();
}

}  // namespace alexnet
