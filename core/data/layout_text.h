// What is said about a layout.

#ifndef ALEXNET_CORE_DATA_LAYOUT_TEXT_H_
#define ALEXNET_CORE_DATA_LAYOUT_TEXT_H_

#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

// "'a', 'b' and 'c'".
std::string Quoted(const std::vector<std::string>& names);

// Which folders or lists are taken for what.
std::string TakenFor(std::string_view train, std::string_view validation);

// The error for several that may be the validation pictures.
Status TwoHeldOut(const std::vector<std::string>& names);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_LAYOUT_TEXT_H_
