// What of a network's time and of its arithmetic each layer has.

#ifndef ALEXNET_TOOLS_ALEXNET_LAYER_SHARES_H_
#define ALEXNET_TOOLS_ALEXNET_LAYER_SHARES_H_

#include <alexnet/alexnet.hpp>
#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// By layer and by kind of layer; a layer that another one computes has its time
// there. Shares are of 1. `options`: those that were timed with.
Json LayerSharesJson(const Model& model, const LayerTimes& times,
                     const SessionOptions& options);
// The same as tables, in percent.
std::string LayerSharesText(const Json& shares);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_LAYER_SHARES_H_
