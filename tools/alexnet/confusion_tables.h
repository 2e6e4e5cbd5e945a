// Which classes are taken for which, as tables.

#ifndef ALEXNET_TOOLS_ALEXNET_CONFUSION_TABLES_H_
#define ALEXNET_TOOLS_ALEXNET_CONFUSION_TABLES_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

// Of `confusion`, (classes, classes) counts with the true class as row: all of
// it up to 20 classes, beyond that the most frequent confusions and the classes
// that are least recognized. Names stand in it whole.
Html ConfusionTables(const std::vector<std::string>& names,
                     std::span<const int64_t> confusion);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_CONFUSION_TABLES_H_
