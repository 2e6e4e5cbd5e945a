// Layers as alexnet_network_json has them.

#ifndef ALEXNET_TOOLS_ALEXNET_LAYER_JSON_H_
#define ALEXNET_TOOLS_ALEXNET_LAYER_JSON_H_

#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// What the layer computes, its name and how it learns aside: equal for layers
// that compute the same.
std::string WhatItComputes(const Json& layer);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_LAYER_JSON_H_
