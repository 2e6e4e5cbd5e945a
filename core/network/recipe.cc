#include "core/network/recipe.h"

#include <fmt/format.h>

namespace alexnet {
namespace {

// Closed range; false for NaN, so that it is refused.
template <typename T>
Status CheckRange(const char* field, T value, T least, T most) {
  if (value >= least && value <= most) return Status();
  return InvalidArgumentError(
             fmt::format("is {}; it must be {} to {}", value, least, most))
      .WithField(field);
}

Status ValidateSchedule(const Schedule& schedule) {
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("schedule.kind", static_cast<int>(schedule.kind), 0,
                      static_cast<int>(ScheduleKind::kPoly)));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("schedule.factor", schedule.factor, 0.0f, 1.0f));
  float last = 0.0f;
  for (const float milestone : schedule.milestones) {
    if (!(milestone > last && milestone < 1.0f)) {
      return InvalidArgumentError(
                 "must rise and lie between 0 and 1: they are fractions of all "
                 "epochs")
          .WithField("schedule.milestones");
    }
    last = milestone;
  }
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("schedule.patience", schedule.patience, 1, 1'000'000));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("schedule.max_cuts", schedule.max_cuts, 0, 1'000'000));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("schedule.power", schedule.power, 0.0f, 100.0f));
  return CheckRange("schedule.warmup_epochs", schedule.warmup_epochs, 0.0f,
                    1e6f);
}

}  // namespace

Status ValidateRecipe(const Recipe& recipe) {
  ALEXNET_RETURN_IF_ERROR(CheckRange("batch", recipe.batch, 1, 65'536));
  ALEXNET_RETURN_IF_ERROR(CheckRange("epochs", recipe.epochs, 1, 1'000'000));
  ALEXNET_RETURN_IF_ERROR(CheckRange("rate", recipe.rate, 0.0f, 1e6f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("momentum", recipe.momentum, 0.0f, 0.9999f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("weight_decay", recipe.weight_decay, 0.0f, 1e3f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("label_smoothing", recipe.label_smoothing, 0.0f, 0.999f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("clip_gradient_norm", recipe.clip_gradient_norm, 0.0f, 1e9f));
  ALEXNET_RETURN_IF_ERROR(ValidateSchedule(recipe.schedule));
  return ValidateAugmentation(recipe.augmentation);
}

}  // namespace alexnet
