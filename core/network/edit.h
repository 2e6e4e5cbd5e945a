// Changes to a network that is there: what experiments vary.
//
// A pattern names layers: by their names, as a shell's patterns do ("pool*",
// "conv[345]"), or by what they compute: "convolution", "pooling", "lrn",
// "activation", "relu", "tanh", "dropout", "adaptive_average_pooling",
// "fully_connected", "locally_connected", "softmax". One that names no layer is
// an error that lists those there are, and so is a change after which the
// network does not fit together. The network is then as it was.

#ifndef ALEXNET_CORE_NETWORK_EDIT_H_
#define ALEXNET_CORE_NETWORK_EDIT_H_

#include <string>

#include "core/base/status.h"
#include "core/network/network.h"

namespace alexnet {

// Sets an option of all layers that the pattern names, by its name in
// layer.h. Of a window these are kernel, stride and pad, of both axes and all
// sides; kernel_h, kernel_w, stride_h, stride_w, pad_top, pad_left, pad_bottom,
// pad_right; and rounding. Of parameters: weight.init, weight.value,
// weight.rate, weight.decay, and likewise of the bias. An enum's value is its
// name, a bool's true or false.
Status SetLayerOption(const std::string& pattern, const std::string& option,
                      const std::string& value, Network* network);

// Leaves out all layers that the pattern names.
Status RemoveLayers(const std::string& pattern, Network* network);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_EDIT_H_
