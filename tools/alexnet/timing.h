// How long a model's layers take, as members of an inspection.

#ifndef ALEXNET_TOOLS_ALEXNET_TIMING_H_
#define ALEXNET_TOOLS_ALEXNET_TIMING_H_

#include <alexnet/alexnet.hpp>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// Sets "time" in an inspection of `model`: the device, its ceilings and, for
// each layer, what it takes and what holds it.
void AddTimes(Json& document, const Model& model, const SessionOptions& options,
              double seconds, const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_TIMING_H_
