// How long a model's layers take, as members of documents.

#ifndef ALEXNET_TOOLS_ALEXNET_TIMING_H_
#define ALEXNET_TOOLS_ALEXNET_TIMING_H_

#include <alexnet/alexnet.hpp>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// What the kernel of a layer takes, the rates that it computes and moves at,
// and which of the device's ceilings is nearer; of one that has no kernel of
// its own, who computes it.
Json LayerTimeJson(const LayerInfo& layer, const alexnet_layer_time& time,
                   const LayerTimesInfo& info, const SessionOptions& options);

// Sets "time" in an inspection of `model`: the device, its ceilings and, for
// each layer, what it takes and what holds it.
void AddTimes(Json& document, const Model& model, const SessionOptions& options,
              double seconds, const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TIMING_H_
