// The learning rate over a run.

#ifndef ALEXNET_CORE_TRAIN_SCHEDULE_H_
#define ALEXNET_CORE_TRAIN_SCHEDULE_H_

#include <cstdint>

#include "core/model/training_state.h"
#include "core/network/recipe.h"

namespace alexnet {

// A pure function of the recipe, the position and, for kPlateau, of a
// ScheduleState, which a checkpoint holds. Not thread safe.
class RateSchedule {
 public:
  RateSchedule(const Recipe& recipe, int64_t steps_per_epoch,
               const ScheduleState& state = {})
      : recipe_(recipe), steps_per_epoch_(steps_per_epoch), state_(state) {}

  // The base rate of update `batch` of `epoch`, both from 0. kStep cuts at
  // milestone times epochs, kPoly falls with every update; the warm-up is
  // linear from a tenth of what the schedule gives.
  float Rate(int64_t epoch, int64_t batch) const;
  // Tells the top-1 error, a fraction, after an epoch. kPlateau cuts the rate
  // when `patience` epochs have not improved on the best; true then.
  bool EpochDone(double top1_error);

  const ScheduleState& state() const { return state_; }

 private:
  Recipe recipe_;
  int64_t steps_per_epoch_;
  ScheduleState state_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_SCHEDULE_H_
