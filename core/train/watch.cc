#include "core/train/watch.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

namespace alexnet {
namespace {

constexpr double kStuckFraction = 0.99;
constexpr int64_t kStuckWindows = 3;
constexpr double kDivergedFactor = 1000.0;
constexpr float kDeadFraction = 0.99f;
constexpr int kDeadTimes = 2;

}  // namespace

int64_t TrainingWatch::Window(int64_t steps_per_epoch) {
  return std::clamp<int64_t>(steps_per_epoch, 100, 1000);
}

TrainingWatch::TrainingWatch(const WatchOptions& options)
    : window_(Window(options.steps_per_epoch)),
      classes_(static_cast<int64_t>(options.class_counts.size())) {
  double all = 0.0;
  std::vector<double> weighed;
  for (size_t i = 0; i < options.class_counts.size(); ++i) {
    const double weight =
        options.class_weights.empty() ? 1.0 : options.class_weights[i];
    weighed.push_back(weight * static_cast<double>(options.class_counts[i]));
    all += weighed.back();
  }
  for (const double count : weighed) {
    if (count > 0.0) chance_loss_ -= count / all * std::log(count / all);
  }
}

Status TrainingWatch::CheckStep(const StepResult& step, float rate,
                                int64_t epoch, int64_t batch) const {
  if (!step.diverged &&
      step.loss <=
          kDivergedFactor * std::log(std::max<double>(2.0, classes_))) {
    return Status();
  }
  return DivergedError(fmt::format(
      "the loss became {:g}, and the gradients' norm {:g}, in epoch {}, batch "
      "{}, at learning rate {:g}: training diverged. Use a lower `rate`, such "
      "as {:g}, a warm-up (`warmup_epochs` 1), or gradient clipping "
      "(`clip_gradient_norm` 5)",
      step.loss, step.gradient_norm, epoch + 1, batch + 1, rate, rate / 10));
}

std::optional<std::string> TrainingWatch::Stuck(double loss, int64_t step) {
  sum_ += loss;
  if (++count_ < window_) return std::nullopt;
  const double mean = sum_ / static_cast<double>(count_);
  sum_ = 0.0;
  count_ = 0;
  if (++windows_ < kStuckWindows || stuck_said_ ||
      mean < kStuckFraction * chance_loss_) {
    return std::nullopt;
  }
  stuck_said_ = true;
  return fmt::format(
      "after {} updates the loss is {:.4f}, no better than guessing ({:.4f}; "
      "ln({}) = {:.4f}): the network is stuck. Try another learning rate (ten "
      "times higher or lower), another `seed`, or a preset whose biases do not "
      "start at 1; and look through the data (`alexnet_dataset_lint`): labels "
      "that do not belong to their pictures look just like this",
      step, mean, chance_loss_, classes_,
      std::log(static_cast<double>(classes_)));
}

std::vector<std::string> TrainingWatch::Dead(std::span<const float> dead,
                                             const Network& network) {
  std::vector<std::string> messages;
  dead_times_.resize(dead.size(), 0);
  for (size_t i = 0; i < dead.size(); ++i) {
    if (dead_times_[i] < 0) continue;
    if (dead[i] <= kDeadFraction) {
      dead_times_[i] = 0;
      continue;
    }
    if (++dead_times_[i] < kDeadTimes) continue;
    dead_times_[i] = -1;
    messages.push_back(fmt::format(
        "{:.1f} % of the units of layer {} give zero for every picture of a "
        "batch: they are dead and learn nothing. Use a lower learning rate or "
        "a warm-up, and start again",
        100.0 * dead[i], network.layers[i].name));
  }
  return messages;
}

}  // namespace alexnet
