// Darknet's .cfg files: the network that weights belong to.

#ifndef ALEXNET_TOOLS_CONVERT_FORMATS_DARKNET_CONFIG_H_
#define ALEXNET_TOOLS_CONVERT_FORMATS_DARKNET_CONFIG_H_

#include <string_view>

#include "tools/convert/model/layers.h"

namespace alexnet::convert::darknet {

// Throws Damaged with the line, or Unsupported with the section.
Layers ParseConfig(std::string_view text);

}  // namespace alexnet::convert::darknet

#endif  // ALEXNET_TOOLS_CONVERT_FORMATS_DARKNET_CONFIG_H_
