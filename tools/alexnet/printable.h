// Printable: names that come from elsewhere, made harmless for a terminal.

#ifndef ALEXNET_TOOLS_ALEXNET_PRINTABLE_H_
#define ALEXNET_TOOLS_ALEXNET_PRINTABLE_H_

#include <string>
#include <string_view>

namespace alexnet::cli {

enum class LineBreaks { kEscaped, kKept };

// `text` with everything escaped that could play tricks on a terminal: control
// characters and what turns the direction of text as "\x1B" and "\u202E", bytes
// that are not UTF-8 as "\xFF". Other text, backslashes too, stays as it is.
std::string Printable(std::string_view text,
                      LineBreaks breaks = LineBreaks::kEscaped);

// A JSON text, whose strings are UTF-8, with those characters as JSON escapes;
// the document stays the same.
std::string PrintableJson(std::string_view json);

// The columns that UTF-8 text takes, where each character takes one.
size_t Columns(std::string_view text);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PRINTABLE_H_
