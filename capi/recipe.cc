#include "capi/recipe.h"

#include <fmt/core.h>

#include <cstddef>
#include <vector>

#include "capi/call.h"
#include "capi/network.h"
#include "capi/struct_size.h"
#include "core/base/version.h"

namespace alexnet::capi {
namespace {

struct FieldBit {
  uint64_t bit;
  size_t offset;
};
constexpr FieldBit kFieldBits[] = {
    // BEGIN options: capi.field_bits recipe
    {ALEXNET_RECIPE_BATCH, offsetof(alexnet_recipe, batch)},
    {ALEXNET_RECIPE_EPOCHS, offsetof(alexnet_recipe, epochs)},
    {ALEXNET_RECIPE_RATE, offsetof(alexnet_recipe, rate)},
    {ALEXNET_RECIPE_MOMENTUM, offsetof(alexnet_recipe, momentum)},
    {ALEXNET_RECIPE_WEIGHT_DECAY, offsetof(alexnet_recipe, weight_decay)},
    {ALEXNET_RECIPE_SCHEDULE, offsetof(alexnet_recipe, schedule)},
    {ALEXNET_RECIPE_FACTOR, offsetof(alexnet_recipe, factor)},
    {ALEXNET_RECIPE_MILESTONES, offsetof(alexnet_recipe, milestones)},
    {ALEXNET_RECIPE_PATIENCE, offsetof(alexnet_recipe, patience)},
    {ALEXNET_RECIPE_MAX_CUTS, offsetof(alexnet_recipe, max_cuts)},
    {ALEXNET_RECIPE_POWER, offsetof(alexnet_recipe, power)},
    {ALEXNET_RECIPE_WARMUP_EPOCHS, offsetof(alexnet_recipe, warmup_epochs)},
    {ALEXNET_RECIPE_CROP, offsetof(alexnet_recipe, crop)},
    {ALEXNET_RECIPE_PAD, offsetof(alexnet_recipe, pad)},
    {ALEXNET_RECIPE_MIRROR, offsetof(alexnet_recipe, mirror)},
    {ALEXNET_RECIPE_COLOR_SIGMA, offsetof(alexnet_recipe, color_sigma)},
    {ALEXNET_RECIPE_RESCALE_AFTER_NOISE,
     offsetof(alexnet_recipe, rescale_after_noise)},
    {ALEXNET_RECIPE_LABEL_SMOOTHING, offsetof(alexnet_recipe, label_smoothing)},
    {ALEXNET_RECIPE_CLIP_GRADIENT_NORM,
     offsetof(alexnet_recipe, clip_gradient_norm)},
    {ALEXNET_RECIPE_CLASS_BALANCE, offsetof(alexnet_recipe, class_balance)},
    // END options
};

// The bits of the fields that a struct of `size` bytes has.
uint64_t FieldsWithin(size_t size) {
  uint64_t fields = 0;
  for (const FieldBit& field : kFieldBits) {
    if (field.offset < size) fields |= field.bit;
  }
  return fields;
}

Result<std::vector<float>> ReadFloats(const float* values, size_t count,
                                      const char* field) {
  constexpr size_t kMost = 10000;
  if ((values == nullptr && count > 0) || count > kMost) {
    return InvalidArgumentError(fmt::format("{} numbers cannot be read", count))
        .WithField(field);
  }
  return std::vector<float>(values, values + count);
}

}  // namespace

Result<RecipeChanges> ReadRecipe(const alexnet_recipe* pointer) {
  ALEXNET_ASSIGN_OR_RETURN(const alexnet_recipe given,
                           ReadStruct(pointer, "alexnet_recipe"));
  const uint64_t fields = given.fields;
  const uint64_t unknown = fields & ~FieldsWithin(sizeof(given));
  if (unknown != 0) {
    return UnsupportedError(
               fmt::format("names fields ({:#x}) that alexnet {} does not know",
                           unknown, kEngineVersion))
        .WithField("alexnet_recipe.fields");
  }
  const uint64_t missing =
      pointer != nullptr ? fields & ~FieldsWithin(pointer->struct_size) : 0;
  if (missing != 0) {
    return InvalidArgumentError(
               fmt::format(
                   "names fields ({:#x}) that its struct_size, {}, does "
                   "not hold",
                   missing, pointer->struct_size))
        .WithField("alexnet_recipe.fields");
  }
  const auto has = [fields](int bit) {
    return (fields & static_cast<uint64_t>(bit)) != 0;
  };
  RecipeChanges changes;
  // BEGIN options: capi.read_changes recipe from=given to=changes
  if (has(ALEXNET_RECIPE_BATCH)) changes.batch = given.batch;
  if (has(ALEXNET_RECIPE_EPOCHS)) changes.epochs = given.epochs;
  if (has(ALEXNET_RECIPE_RATE)) changes.rate = given.rate;
  if (has(ALEXNET_RECIPE_MOMENTUM)) changes.momentum = given.momentum;
  if (has(ALEXNET_RECIPE_WEIGHT_DECAY))
    changes.weight_decay = given.weight_decay;
  if (has(ALEXNET_RECIPE_SCHEDULE)) {
    ALEXNET_ASSIGN_OR_RETURN(
        changes.schedule,
        ReadEnum<ScheduleKind>(given.schedule, ALEXNET_SCHEDULE_POLY,
                               "alexnet_recipe.schedule"));
  }
  if (has(ALEXNET_RECIPE_FACTOR)) changes.factor = given.factor;
  if (has(ALEXNET_RECIPE_MILESTONES)) {
    ALEXNET_ASSIGN_OR_RETURN(changes.milestones,
                             ReadFloats(given.milestones, given.milestone_count,
                                        "alexnet_recipe.milestones"));
  }
  if (has(ALEXNET_RECIPE_PATIENCE)) changes.patience = given.patience;
  if (has(ALEXNET_RECIPE_MAX_CUTS)) changes.max_cuts = given.max_cuts;
  if (has(ALEXNET_RECIPE_POWER)) changes.power = given.power;
  if (has(ALEXNET_RECIPE_WARMUP_EPOCHS))
    changes.warmup_epochs = given.warmup_epochs;
  if (has(ALEXNET_RECIPE_CROP)) {
    ALEXNET_ASSIGN_OR_RETURN(
        changes.crop,
        ReadEnum<CropKind>(given.crop, ALEXNET_CROP_RANDOM_RESIZED,
                           "alexnet_recipe.crop"));
  }
  if (has(ALEXNET_RECIPE_PAD)) changes.pad = given.pad;
  if (has(ALEXNET_RECIPE_MIRROR)) changes.mirror = given.mirror != 0;
  if (has(ALEXNET_RECIPE_COLOR_SIGMA)) changes.color_sigma = given.color_sigma;
  if (has(ALEXNET_RECIPE_RESCALE_AFTER_NOISE))
    changes.rescale_after_noise = given.rescale_after_noise != 0;
  if (has(ALEXNET_RECIPE_LABEL_SMOOTHING))
    changes.label_smoothing = given.label_smoothing;
  if (has(ALEXNET_RECIPE_CLIP_GRADIENT_NORM))
    changes.clip_gradient_norm = given.clip_gradient_norm;
  if (has(ALEXNET_RECIPE_CLASS_BALANCE)) {
    ALEXNET_ASSIGN_OR_RETURN(
        changes.class_balance,
        ReadEnum<ClassBalance>(given.class_balance,
                               ALEXNET_CLASS_BALANCE_SAMPLING,
                               "alexnet_recipe.class_balance"));
  }
  // END options
  return changes;
}

alexnet_recipe ToAbi(const Recipe& recipe) {
  alexnet_recipe to{};
  to.struct_size = sizeof(to);
  to.fields = FieldsWithin(sizeof(to));
  // BEGIN options: capi.fill recipe from=recipe to=to
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
  to.class_balance = static_cast<int32_t>(recipe.class_balance);
  // END options
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
    ALEXNET_RETURN_IF_ERROR(CheckFillable(recipe, "alexnet_recipe"));
    alexnet_recipe filled = ToAbi(network->preset.recipe);
    filled.fields &= FieldsWithin(recipe->struct_size);
    return FillStruct(filled, recipe, "alexnet_recipe");
  });
}
