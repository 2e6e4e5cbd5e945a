// Changes to a preset's layers, as the command line names them.

#ifndef ALEXNET_TOOLS_ALEXNET_NETWORK_EDITS_H_
#define ALEXNET_TOOLS_ALEXNET_NETWORK_EDITS_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

#include "tools/alexnet/arguments.h"

namespace alexnet::cli {

struct NetworkEdits {
  std::vector<std::string> without;  // LAYERS
  std::vector<std::string> replace;  // LAYERS=KIND
  std::vector<std::string> set;      // LAYERS.OPTION=VALUE

  bool any() const {
    return !without.empty() || !replace.empty() || !set.empty();
  }
  // Makes them, in the order above. Throws UsageError where one is not written
  // like that, and Error where it fits no layer.
  void Make(Network& network) const;
};

void AddNetworkEdits(Arguments& arguments, NetworkEdits& edits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_NETWORK_EDITS_H_
