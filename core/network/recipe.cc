#include "core/network/recipe.h"

#include "core/base/check.h"

namespace alexnet {
namespace {

Status ValidateSchedule(const Schedule& schedule) {
  // BEGIN options: core.checks recipe nest=schedule of=schedule
  ALEXNET_RETURN_IF_ERROR(
      CheckEnum("schedule", schedule.kind, ScheduleKind::kPoly));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("factor", schedule.factor, 0.0f, 1.0f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("patience", schedule.patience, 1, 1'000'000));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("max_cuts", schedule.max_cuts, 0, 1'000'000));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("power", schedule.power, 0.0f, 100.0f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("warmup_epochs", schedule.warmup_epochs, 0.0f, 1e6f));
  // END options
  float last = 0.0f;
  for (const float milestone : schedule.milestones) {
    if (!(milestone > last && milestone < 1.0f)) {
      return InvalidArgumentError(
                 "must rise and lie between 0 and 1: they are fractions of all "
                 "epochs")
          .WithField("milestones");
    }
    last = milestone;
  }
  return Status();
}

}  // namespace

Status ValidateRecipe(const Recipe& recipe) {
  // BEGIN options: core.checks recipe of=recipe
  ALEXNET_RETURN_IF_ERROR(CheckRange<int>("batch", recipe.batch, 1, 65'536));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<int>("epochs", recipe.epochs, 1, 1'000'000));
  ALEXNET_RETURN_IF_ERROR(CheckRange<float>("rate", recipe.rate, 0.0f, 1e6f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("momentum", recipe.momentum, 0.0f, 0.9999f));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange<float>("weight_decay", recipe.weight_decay, 0.0f, 1'000.0f));
  ALEXNET_RETURN_IF_ERROR(CheckRange<float>(
      "label_smoothing", recipe.label_smoothing, 0.0f, 0.999f));
  ALEXNET_RETURN_IF_ERROR(CheckRange<float>(
      "clip_gradient_norm", recipe.clip_gradient_norm, 0.0f, 1e9f));
  ALEXNET_RETURN_IF_ERROR(CheckEnum("class_balance", recipe.class_balance,
                                    ClassBalance::kSampling));
  // END options
  ALEXNET_RETURN_IF_ERROR(ValidateSchedule(recipe.schedule));
  return ValidateAugmentation(recipe.augmentation);
}

}  // namespace alexnet
