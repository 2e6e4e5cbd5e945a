// A comparison of two models as a page.

#ifndef ALEXNET_TOOLS_ALEXNET_COMPARISON_PAGE_H_
#define ALEXNET_TOOLS_ALEXNET_COMPARISON_PAGE_H_

#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// The whole page of a document of CompareModels with "a", "b" and "behaviour".
std::string ComparisonPage(const Json& document);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_COMPARISON_PAGE_H_
