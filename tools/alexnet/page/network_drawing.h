// A network drawn to scale, as in figure 2 of Krizhevsky, Sutskever and Hinton,
// NIPS 2012: boxes are outputs of layers, with their height, width and
// channels; where convolutions have groups, the towers stand one above the
// other.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_NETWORK_DRAWING_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_NETWORK_DRAWING_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

// What a layer gives, or the input.
struct DrawnOutput {
  std::string name;      // a few characters, as the kind is
  std::string kind;      // of the layer, in a word or two
  int64_t channels = 1;  // or units
  int64_t height = 0;    // 0: a vector of units
  int64_t width = 0;
  // Whether each tower's part is made of that tower's alone.
  bool within_towers = true;
};

// `towers`: 1 or more parts, in which outputs with a height are divided; those
// whose channels are no multiple are drawn whole.
Html DrawNetwork(const std::vector<DrawnOutput>& outputs, int64_t towers);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_NETWORK_DRAWING_H_
