#include "core/train/schedule.h"

#include <algorithm>
#include <cmath>

namespace alexnet {

float RateSchedule::Rate(int64_t epoch, int64_t batch) const {
  const Schedule& schedule = recipe_.schedule;
  const double epochs_done =
      static_cast<double>(epoch) +
      static_cast<double>(batch) / static_cast<double>(steps_per_epoch_);
  const double progress =
      std::min(1.0, epochs_done / static_cast<double>(recipe_.epochs));
  double rate = recipe_.rate;
  switch (schedule.kind) {
    case ScheduleKind::kConstant:
      break;
    case ScheduleKind::kStep:
      for (const float milestone : schedule.milestones) {
        // In updates, rounded: 0.8f of ten epochs is after epoch 8, whatever
        // the float's last bit says.
        const double updates = static_cast<double>(recipe_.epochs) *
                               static_cast<double>(steps_per_epoch_);
        const int64_t cut = std::llround(milestone * updates);
        if (epoch * steps_per_epoch_ + batch >= cut) rate *= schedule.factor;
      }
      break;
    case ScheduleKind::kPlateau:
      rate *= std::pow(static_cast<double>(schedule.factor), state_.cuts);
      break;
    case ScheduleKind::kPoly:
      rate *= std::pow(1.0 - progress, static_cast<double>(schedule.power));
      break;
  }
  if (epochs_done < schedule.warmup_epochs) {
    rate *= 0.1 + 0.9 * epochs_done / schedule.warmup_epochs;
  }
  return static_cast<float>(rate);
}

bool RateSchedule::EpochDone(double top1_error) {
  if (recipe_.schedule.kind != ScheduleKind::kPlateau) return false;
  if (top1_error < state_.best_top1_error) {
    state_.best_top1_error = top1_error;
    state_.epochs_without_better = 0;
    return false;
  }
  if (++state_.epochs_without_better < recipe_.schedule.patience ||
      state_.cuts >= recipe_.schedule.max_cuts) {
    return false;
  }
  state_.epochs_without_better = 0;
  ++state_.cuts;
  return true;
}

}  // namespace alexnet
