// TrainingWatch: sees a run that does not learn, and says what to change.

#ifndef ALEXNET_CORE_TRAIN_WATCH_H_
#define ALEXNET_CORE_TRAIN_WATCH_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/exec/training_step.h"
#include "core/network/network.h"

namespace alexnet {

struct WatchOptions {
  // Training samples of each class.
  std::vector<int64_t> class_counts;
  int64_t steps_per_epoch = 1;
  // What the losses of a class count; empty: all alike.
  std::vector<float> class_weights = {};
};

// Not thread safe.
class TrainingWatch {
 public:
  // Steps between two looks at the mean loss: one epoch, at least 100 and at
  // most 1,000.
  static int64_t Window(int64_t steps_per_epoch);

  explicit TrainingWatch(const WatchOptions& options);

  // kDiverged, with the remedy, where the step diverged or its loss is more
  // than 1,000 times that of guessing.
  Status CheckStep(const StepResult& step, float rate, int64_t epoch,
                   int64_t batch) const;

  // Adds the loss of update `step` (from 1). Says something once, when the mean
  // of a whole window, the third or later, is not below 99 % of the loss of
  // guessing by the classes' frequencies alone, weighed (ln(classes) where they
  // are equal).
  std::optional<std::string> Stuck(double loss, int64_t step);

  // `dead`: TrainingPlan::DeadUnits. Says something once per layer, when more
  // than 99 % of its units gave zero for a whole batch twice in a row.
  std::vector<std::string> Dead(std::span<const float> dead,
                                const Network& network);

  // The loss of guessing.
  double chance_loss() const { return chance_loss_; }
  int64_t window() const { return window_; }

 private:
  const int64_t window_;
  int64_t classes_ = 0;
  double chance_loss_ = 0.0;
  double sum_ = 0.0;
  int64_t count_ = 0;  // in this window
  int64_t windows_ = 0;
  bool stuck_said_ = false;
  std::vector<int> dead_times_;  // by layer; -1: said
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_WATCH_H_
