// Tables of a page.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_TABLE_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_TABLE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

Html Cell(std::string_view text);
// Whose text leads to `address`, which is relative to the page.
Html LinkCell(std::string_view text, const std::string& address);
Html LeftCell(std::string_view text);
// By a format of fmt's; empty where it is 0.
Html NumberCell(double value, const char* format);
// A bar behind a text, over `share` of the cell.
Html BarCell(double share, std::string_view text);
// Of a whole, as a bar behind the percentage; empty where it is 0.
Html ShareCell(double share);
// The first cell of a row, which says what the row is of.
Html RowName(std::string_view name);
Html Row(const Html& cells);

// Scrolls within the page where it is wide, with keys as well. The first `left`
// columns stand at the left.
Html Table(std::string_view name, const std::vector<std::string>& heading,
           size_t left, const Html& rows, const Html& foot = Html());
// A part that scrolls so; `content` is an element.
Html Scrolled(std::string_view name, const char* style, const Html& content);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_TABLE_H_
