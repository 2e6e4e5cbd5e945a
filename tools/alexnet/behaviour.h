// What two models make of the same pictures.

#ifndef ALEXNET_TOOLS_ALEXNET_BEHAVIOUR_H_
#define ALEXNET_TOOLS_ALEXNET_BEHAVIOUR_H_

#include <alexnet/alexnet.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// One entry for each picture, or for a generated one where there are none, as
// docs/diff.schema.json has it. Each model prepares pictures as it wants them.
// Layers are compared where `same_layers`; the first whose outputs' relative
// difference is above `tolerance` is where the models part. `done` is told of
// each picture that is finished. Throws Error.
Json CompareBehaviour(
    const Model& a, const Model& b, bool same_layers,
    const std::vector<std::string>& pictures, double tolerance,
    const Limits& limits,
    const std::function<void(int64_t done, int64_t total)>& done);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_BEHAVIOUR_H_
