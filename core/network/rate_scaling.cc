#include "core/network/rate_scaling.h"

#include <fmt/core.h>

#include <algorithm>

namespace alexnet {
namespace {

// Section 2.2 of arXiv:1706.02677.
constexpr float kWarmupEpochs = 5.0f;

}  // namespace

Status ScaleRate(RateScaling scaling, int own_batch,
                 const RecipeChanges& changes, Recipe* recipe,
                 std::vector<std::string>* choices) {
  if (scaling == RateScaling::kNone || recipe->batch == own_batch) {
    return Status();
  }
  const float times =
      static_cast<float>(recipe->batch) / static_cast<float>(own_batch);
  const float rate = recipe->rate;
  recipe->rate *= times;
  choices->push_back(fmt::format(
      "rate {:g} instead of {:g}: a batch of {} is {:g} times the recipe's {}",
      recipe->rate, rate, recipe->batch, times, own_batch));
  if (times > 1 && !changes.warmup_epochs.has_value()) {
    recipe->schedule.warmup_epochs =
        std::max(recipe->schedule.warmup_epochs, kWarmupEpochs);
    choices->push_back(fmt::format("the rate rises to it over {:g} epochs",
                                   recipe->schedule.warmup_epochs));
  }
  return ValidateRecipe(*recipe);
}

}  // namespace alexnet
