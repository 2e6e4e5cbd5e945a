// Layers as alexnet_network_json has them.

#ifndef ALEXNET_TOOLS_ALEXNET_LAYER_JSON_H_
#define ALEXNET_TOOLS_ALEXNET_LAYER_JSON_H_

#include <cstdint>
#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// What the layer computes, its name and how it learns aside: equal for layers
// that compute the same.
std::string WhatItComputes(const Json& layer);

// Of a document with "layers": the groups of its convolutions, where all that
// have any have the same; else 1.
int64_t Towers(const Json& document);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_LAYER_JSON_H_
