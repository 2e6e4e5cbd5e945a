// RecipeChanges: numbers of a recipe that a caller sets; the others stay.

#ifndef ALEXNET_CORE_NETWORK_RECIPE_CHANGES_H_
#define ALEXNET_CORE_NETWORK_RECIPE_CHANGES_H_

#include <optional>
#include <vector>

#include "core/base/status.h"
#include "core/network/recipe.h"

namespace alexnet {

struct RecipeChanges {
  // BEGIN options: core.changes recipe
  std::optional<int> batch;
  std::optional<int> epochs;
  std::optional<float> rate;
  std::optional<float> momentum;
  std::optional<float> weight_decay;
  std::optional<ScheduleKind> schedule;
  std::optional<float> factor;
  std::optional<std::vector<float>> milestones;
  std::optional<int> patience;
  std::optional<int> max_cuts;
  std::optional<float> power;
  std::optional<float> warmup_epochs;
  std::optional<CropKind> crop;
  std::optional<int> pad;
  std::optional<bool> mirror;
  std::optional<float> color_sigma;
  std::optional<bool> rescale_after_noise;
  std::optional<float> label_smoothing;
  std::optional<float> clip_gradient_norm;
  std::optional<ClassBalance> class_balance;
  // END options
  bool operator==(const RecipeChanges&) const = default;
};

// The recipe with the changes put in, checked; errors name the field.
Result<Recipe> ChangeRecipe(Recipe recipe, const RecipeChanges& changes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_RECIPE_CHANGES_H_
