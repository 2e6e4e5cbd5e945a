// Recipes in the ABI's form.

#ifndef ALEXNET_CAPI_RECIPE_H_
#define ALEXNET_CAPI_RECIPE_H_

#include <alexnet/alexnet.h>

#include "core/base/status.h"
#include "core/network/recipe.h"
#include "core/network/recipe_changes.h"

namespace alexnet::capi {

// The fields that are given; null gives none. Refuses unknown ones.
Result<RecipeChanges> ReadRecipe(const alexnet_recipe* given);
// All fields; milestones belong to `recipe`.
alexnet_recipe ToAbi(const Recipe& recipe);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_RECIPE_H_
