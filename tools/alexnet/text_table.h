// TextTable: columns as wide as what stands in them.

#ifndef ALEXNET_TOOLS_ALEXNET_TEXT_TABLE_H_
#define ALEXNET_TOOLS_ALEXNET_TEXT_TABLE_H_

#include <cstddef>
#include <string>
#include <vector>

namespace alexnet::cli {

// The first row is the heading.
class TextTable {
 public:
  // `left`: how many of the first columns are flush left; numbers follow.
  explicit TextTable(size_t left) : left_(left) {}

  void AddRow(std::vector<std::string> cells) {
    rows_.push_back(std::move(cells));
  }
  // One line for each row, a space between columns, none at the end.
  std::string Text() const;

 private:
  const size_t left_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TEXT_TABLE_H_
