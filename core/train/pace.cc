#include "core/train/pace.h"

#include <algorithm>

namespace alexnet {
namespace {

double Seconds(Pace::Clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

void Pace::StartEpoch() {
  epoch_start_ = Clock::now();
  last_ = epoch_start_;
  update_seconds_ = 0.0;
  update_samples_ = 0;
}

void Pace::Step(int64_t samples) {
  const Clock::time_point now = Clock::now();
  const double seconds = Seconds(now - last_);
  last_ = now;
  update_seconds_ += seconds;
  update_samples_ += samples;
  // The mean of all steps at first, then of about the last fifty.
  const double share =
      1.0 / static_cast<double>(std::min<int64_t>(++steps_, 50));
  step_seconds_ += share * (seconds - step_seconds_);
  step_samples_ += share * (static_cast<double>(samples) - step_samples_);
}

void Pace::EndUpdates() { updates_end_ = Clock::now(); }

void Pace::EndEpoch() { end_seconds_ = Seconds(Clock::now() - updates_end_); }

double Pace::images_per_second() const {
  return step_seconds_ > 0.0 ? step_samples_ / step_seconds_ : 0.0;
}

double Pace::epoch_images_per_second() const {
  return update_seconds_ > 0.0
             ? static_cast<double>(update_samples_) / update_seconds_
             : 0.0;
}

double Pace::epoch_seconds() const {
  return Seconds(Clock::now() - epoch_start_);
}

double Pace::SecondsLeft(int64_t steps, int64_t epochs) const {
  // The first updates are slow: nothing is warm.
  if (steps_ < 3) return 0.0;
  return static_cast<double>(steps) * step_seconds_ +
         static_cast<double>(epochs) * end_seconds_;
}

}  // namespace alexnet
