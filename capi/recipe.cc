#include "capi/recipe.h"

#include <fmt/format.h>

#include <vector>

#include "capi/call.h"
#include "capi/network.h"
#include "capi/struct_size.h"
#include "core/model/version.h"

namespace alexnet::capi {
namespace {

constexpr uint64_t kAllFields =
    (uint64_t{ALEXNET_RECIPE_CLIP_GRADIENT_NORM} << 1) - 1;

// Takes `value` over where its field is given.
template <typename T, typename U>
void Take(uint64_t fields, int field, U value, std::optional<T>* to) {
  if ((fields & static_cast<uint64_t>(field)) != 0) {
    *to = static_cast<T>(value);
  }
}

}  // namespace

Result<RecipeChanges> ReadRecipe(const alexnet_recipe* pointer) {
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_recipe given,
                           ReadStruct(pointer, "alexnet_recipe"));
  const uint64_t fields = given.fields;
  if ((fields & ~kAllFields) != 0) {
    return UnsupportedError(
               fmt::format("names fields ({:#x}) that alexnet {} does not know",
                           fields & ~kAllFields, kEngineVersion))
        .WithField("alexnet_recipe.fields");
  }
  RecipeChanges changes;
  Take(fields, ALEXNET_RECIPE_BATCH, given.batch, &changes.batch);
  Take(fields, ALEXNET_RECIPE_EPOCHS, given.epochs, &changes.epochs);
  Take(fields, ALEXNET_RECIPE_RATE, given.rate, &changes.rate);
  Take(fields, ALEXNET_RECIPE_MOMENTUM, given.momentum, &changes.momentum);
  Take(fields, ALEXNET_RECIPE_WEIGHT_DECAY, given.weight_decay,
       &changes.weight_decay);
  if ((fields & ALEXNET_RECIPE_SCHEDULE) != 0) {
    if (given.schedule < 0 || given.schedule > ALEXNET_SCHEDULE_POLY) {
      return InvalidArgumentError(
                 fmt::format("{} is no ALEXNET_SCHEDULE", given.schedule))
          .WithField("alexnet_recipe.schedule");
    }
    changes.schedule = static_cast<ScheduleKind>(given.schedule);
  }
  Take(fields, ALEXNET_RECIPE_FACTOR, given.factor, &changes.factor);
  if ((fields & ALEXNET_RECIPE_MILESTONES) != 0) {
    constexpr size_t kMostMilestones = 10000;
    if ((given.milestones == nullptr && given.milestone_count > 0) ||
        given.milestone_count > kMostMilestones) {
      return InvalidArgumentError(fmt::format("{} milestones cannot be read",
                                              given.milestone_count))
          .WithField("alexnet_recipe.milestones");
    }
    changes.milestones.emplace(given.milestones,
                               given.milestones + given.milestone_count);
  }
  Take(fields, ALEXNET_RECIPE_PATIENCE, given.patience, &changes.patience);
  Take(fields, ALEXNET_RECIPE_MAX_CUTS, given.max_cuts, &changes.max_cuts);
  Take(fields, ALEXNET_RECIPE_POWER, given.power, &changes.power);
  Take(fields, ALEXNET_RECIPE_WARMUP_EPOCHS, given.warmup_epochs,
       &changes.warmup_epochs);
  if ((fields & ALEXNET_RECIPE_CROP) != 0) {
    if (given.crop < 0 || given.crop > ALEXNET_CROP_RANDOM_RESIZED) {
      return InvalidArgumentError(
                 fmt::format("{} is no ALEXNET_CROP", given.crop))
          .WithField("alexnet_recipe.crop");
    }
    changes.crop = static_cast<CropKind>(given.crop);
  }
  Take(fields, ALEXNET_RECIPE_PAD, given.pad, &changes.pad);
  Take(fields, ALEXNET_RECIPE_MIRROR, given.mirror != 0, &changes.mirror);
  Take(fields, ALEXNET_RECIPE_COLOR_SIGMA, given.color_sigma,
       &changes.color_sigma);
  Take(fields, ALEXNET_RECIPE_RESCALE_AFTER_NOISE,
       given.rescale_after_noise != 0, &changes.rescale_after_noise);
  Take(fields, ALEXNET_RECIPE_LABEL_SMOOTHING, given.label_smoothing,
       &changes.label_smoothing);
  Take(fields, ALEXNET_RECIPE_CLIP_GRADIENT_NORM, given.clip_gradient_norm,
       &changes.clip_gradient_norm);
  return changes;
}

alexnet_recipe ToAbi(const Recipe& recipe) {
  alexnet_recipe to{};
  to.struct_size = sizeof(to);
  to.fields = kAllFields;
  to.batch = recipe.batch;
  to.epochs = recipe.epochs;
  to.rate = recipe.rate;
  to.momentum = recipe.momentum;
  to.weight_decay = recipe.weight_decay;
  to.schedule = static_cast<int32_t>(recipe.schedule.kind);
  to.factor = recipe.schedule.factor;
  to.milestones = recipe.schedule.milestones.data();
  to.milestone_count = recipe.schedule.milestones.size();
  to.patience = recipe.schedule.patience;
  to.max_cuts = recipe.schedule.max_cuts;
  to.power = recipe.schedule.power;
  to.warmup_epochs = recipe.schedule.warmup_epochs;
  to.crop = static_cast<int32_t>(recipe.augmentation.crop);
  to.pad = recipe.augmentation.pad;
  to.mirror = recipe.augmentation.mirror;
  to.color_sigma = recipe.augmentation.color_sigma;
  to.rescale_after_noise = recipe.augmentation.rescale_after_noise;
  to.label_smoothing = recipe.label_smoothing;
  to.clip_gradient_norm = recipe.clip_gradient_norm;
  return to;
}

}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_network_set_recipe(alexnet_network* handle,
                                          const alexnet_recipe* recipe,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(recipe, "recipe"));
    ALEXNET_ASSIGN_OR_RETURN(const RecipeChanges changes, ReadRecipe(recipe));
    ALEXNET_ASSIGN_OR_RETURN(network->preset.recipe,
                             ChangeRecipe(network->preset.recipe, changes));
    return Status();
  });
}

alexnet_status alexnet_network_get_recipe(const alexnet_network* handle,
                                          alexnet_recipe* recipe,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    return FillStruct(ToAbi(network->preset.recipe), recipe, "alexnet_recipe");
  });
}
