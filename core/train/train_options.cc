#include "core/train/train_options.h"

#include <fmt/format.h>

#include <array>
#include <string_view>
#include <utility>

namespace alexnet {
namespace {

template <typename T>
void Put(const std::optional<T>& change, T* value) {
  if (change.has_value()) *value = *change;
}

template <typename Kind, size_t n>
Result<Kind> Parse(
    const char* what, const std::string& name,
    const std::array<std::pair<std::string_view, Kind>, n>& all) {
  std::string names;
  for (const auto& [candidate, kind] : all) {
    if (candidate == name) return kind;
    names += fmt::format("{}{}", names.empty() ? "" : ", ", candidate);
  }
  return InvalidArgumentError(
             fmt::format("there is no \"{}\"; there are {}", name, names))
      .WithField(what);
}

}  // namespace

Result<Recipe> ChangeRecipe(Recipe recipe, const RecipeChanges& changes) {
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
  ALEXNET_RETURN_IF_ERROR(ValidateRecipe(recipe));
  return recipe;
}

Result<ScheduleKind> ParseScheduleKind(const std::string& name) {
  using Entry = std::pair<std::string_view, ScheduleKind>;
  return Parse("schedule", name,
               std::array{Entry("constant", ScheduleKind::kConstant),
                          Entry("step", ScheduleKind::kStep),
                          Entry("plateau", ScheduleKind::kPlateau),
                          Entry("poly", ScheduleKind::kPoly)});
}

Result<CropKind> ParseCropKind(const std::string& name) {
  using Entry = std::pair<std::string_view, CropKind>;
  return Parse("crop", name,
               std::array{Entry("centre", CropKind::kCentre),
                          Entry("random", CropKind::kRandom),
                          Entry("resized", CropKind::kRandomResized)});
}

}  // namespace alexnet
