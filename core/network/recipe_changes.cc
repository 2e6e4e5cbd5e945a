#include "core/network/recipe_changes.h"

namespace alexnet {
namespace {

template <typename T>
void Put(const std::optional<T>& change, T* value) {
  if (change.has_value()) *value = *change;
}

}  // namespace

Result<Recipe> ChangeRecipe(Recipe recipe, const RecipeChanges& changes) {
  // BEGIN options: core.change recipe from=changes to=recipe
  Put(changes.batch, &recipe.batch);
  Put(changes.epochs, &recipe.epochs);
  Put(changes.rate, &recipe.rate);
  Put(changes.momentum, &recipe.momentum);
  Put(changes.weight_decay, &recipe.weight_decay);
  Put(changes.schedule, &recipe.schedule.kind);
  Put(changes.factor, &recipe.schedule.factor);
  Put(changes.milestones, &recipe.schedule.milestones);
  Put(changes.patience, &recipe.schedule.patience);
  Put(changes.max_cuts, &recipe.schedule.max_cuts);
  Put(changes.power, &recipe.schedule.power);
  Put(changes.warmup_epochs, &recipe.schedule.warmup_epochs);
  Put(changes.crop, &recipe.augmentation.crop);
  Put(changes.pad, &recipe.augmentation.pad);
  Put(changes.mirror, &recipe.augmentation.mirror);
  Put(changes.color_sigma, &recipe.augmentation.color_sigma);
  Put(changes.rescale_after_noise, &recipe.augmentation.rescale_after_noise);
  Put(changes.label_smoothing, &recipe.label_smoothing);
  Put(changes.clip_gradient_norm, &recipe.clip_gradient_norm);
  Put(changes.class_balance, &recipe.class_balance);
  // END options
  ALEXNET_RETURN_IF_ERROR(ValidateRecipe(recipe));
  return recipe;
}

}  // namespace alexnet
