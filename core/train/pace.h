// Pace: how fast a run goes and how long it will take.

#ifndef ALEXNET_CORE_TRAIN_PACE_H_
#define ALEXNET_CORE_TRAIN_PACE_H_

#include <chrono>
#include <cstdint>

namespace alexnet {

// Not thread safe. Times are seconds.
class Pace {
 public:
  using Clock = std::chrono::steady_clock;

  void StartEpoch();
  // An update of `samples` pictures is done; what passed since the last call
  // (or StartEpoch) was spent on it.
  void Step(int64_t samples);
  // What is measured from here to the next Step or EndUpdates is no training.
  void EndUpdates();
  void EndEpoch();

  double images_per_second() const;        // of the last updates
  double epoch_images_per_second() const;  // of this epoch's updates
  double epoch_seconds() const;            // so far
  // `steps` updates and `epochs` ends of epochs are still to come. 0: unknown.
  double SecondsLeft(int64_t steps, int64_t epochs) const;

 private:
  Clock::time_point epoch_start_{};
  Clock::time_point last_{};
  Clock::time_point updates_end_{};
  double step_seconds_ = 0.0;    // smoothed
  double step_samples_ = 0.0;    // likewise
  double update_seconds_ = 0.0;  // this epoch's
  int64_t update_samples_ = 0;   // likewise
  double end_seconds_ = 0.0;     // of an epoch's end
  int64_t steps_ = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_PACE_H_
