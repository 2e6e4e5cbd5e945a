#include "core/train/class_balance.h"

#include <fmt/core.h>

#include <algorithm>

#include "core/data/epoch_order.h"

namespace alexnet {

std::vector<int64_t> AsOftenAsTheLargest(const std::vector<int64_t>& samples,
                                         const std::vector<int32_t>& labels,
                                         uint64_t seed) {
  std::vector<std::vector<int64_t>> by_class;
  for (size_t i = 0; i < samples.size(); ++i) {
    const auto label = static_cast<size_t>(labels[i]);
    if (by_class.size() <= label) by_class.resize(label + 1);
    by_class[label].push_back(samples[i]);
  }
  size_t largest = 0;
  for (const auto& of_class : by_class) {
    largest = std::max(largest, of_class.size());
  }
  std::vector<int64_t> balanced = samples;
  for (size_t label = 0; label < by_class.size(); ++label) {
    const std::vector<int64_t>& of_class = by_class[label];
    if (of_class.empty()) continue;
    const std::vector<int64_t> order =
        EpochOrder(static_cast<int64_t>(of_class.size()), seed,
                   static_cast<int64_t>(label));
    for (size_t i = of_class.size(); i < largest; ++i) {
      balanced.push_back(
          of_class[static_cast<size_t>(order[i % of_class.size()])]);
    }
  }
  return balanced;
}

void BalanceClasses(TrainingJob* job) {
  TrainingData& data = job->data;
  if (job->recipe.class_balance != ClassBalance::kSampling) return;
  const auto [least, most] =
      std::minmax_element(data.class_counts.begin(), data.class_counts.end());
  const int64_t each = *most;
  const int64_t before = data.train_size();
  std::vector<int32_t> labels;
  for (const int64_t sample : data.train_indices) {
    labels.push_back(data.train->label(sample));
  }
  data.train_indices =
      AsOftenAsTheLargest(data.train_indices, labels, job->seed);
  job->choices.push_back(
      fmt::format("classes have {} to {} pictures, and each is seen {} times "
                  "in an epoch, of {} pictures in place of {}",
                  *least, each, each, data.train_size(), before));
  // What a run is watched by.
  for (int64_t& count : data.class_counts) count = count > 0 ? each : 0;
}

}  // namespace alexnet
