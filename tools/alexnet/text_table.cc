#include "tools/alexnet/text_table.h"

#include <algorithm>

#include "tools/alexnet/printable.h"

namespace alexnet::cli {

std::string TextTable::Text() const {
  std::vector<size_t> widths;
  for (const std::vector<std::string>& row : rows_) {
    widths.resize(std::max(widths.size(), row.size()));
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], Columns(row[i]));
    }
  }
  std::string text;
  for (const std::vector<std::string>& row : rows_) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string pad(widths[i] - Columns(row[i]), ' ');
      line += i < left_ ? row[i] + pad : pad + row[i];
      line += ' ';
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

}  // namespace alexnet::cli
