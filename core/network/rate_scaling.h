// ScaleRate: the learning rate for another batch than a recipe was made for.

#ifndef ALEXNET_CORE_NETWORK_RATE_SCALING_H_
#define ALEXNET_CORE_NETWORK_RATE_SCALING_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/network/recipe.h"
#include "core/network/recipe_changes.h"

namespace alexnet {

// BEGIN options: core.enum RateScaling
// How the learning rate follows the batch.
enum class RateScaling : int8_t {
  // Not at all.
  kNone = 0,
  // In proportion to it: the rate is meant for the batch of the network's own
  // recipe, and the first five epochs warm up unless `warmup_epochs` says
  // otherwise (section 2 of arXiv:1706.02677).
  kLinear = 1,
};
// END options

// BEGIN options: core.names RateScaling
inline constexpr std::array kRateScalingNames = {"none", "linear"};
// END options

// Scales the rate of `recipe`, in which `changes` were put and whose batch is
// the run's, from `own_batch`, the batch that it was made for. Says in
// `choices` what it did. Refuses a rate that gets too large.
Status ScaleRate(RateScaling scaling, int own_batch,
                 const RecipeChanges& changes, Recipe* recipe,
                 std::vector<std::string>* choices);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_RATE_SCALING_H_
