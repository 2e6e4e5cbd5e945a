#include "core/infer/view_runner.h"

#include <fmt/core.h>

#include <algorithm>

namespace alexnet {

Status CheckOutput(int64_t count, int64_t classes,
                   std::span<const float> output) {
  if (count < 1) {
    return InvalidArgumentError(
               fmt::format("must be at least 1, not {}", count))
        .WithField("count");
  }
  if (static_cast<uint64_t>(count) >
      output.size() / static_cast<uint64_t>(classes)) {
    return InvalidArgumentError(
               fmt::format("{} floats do not hold {} samples of {}",
                           output.size(), count, classes))
        .WithField("output_size");
  }
  return Status();
}

Status CheckViews(int64_t count, int64_t each, std::span<const float> views) {
  if (static_cast<uint64_t>(count) <=
      views.size() / static_cast<uint64_t>(each)) {
    return Status();
  }
  return InvalidArgumentError(fmt::format("{} floats are not {} samples of {}",
                                          views.size(), count, each))
      .WithField("view_size");
}

ViewRunner::ViewRunner(Predictor& plan)
    : plan_(plan),
      batch_(plan.batch()),
      view_elements_(plan.info().layers.front().in.elements()),
      classes_(plan.info().classes) {}

Status ViewRunner::Run(
    const float* views, int64_t count, float* output,
    const std::function<Status(int64_t first, int64_t count)>& after) {
  for (int64_t first = 0; first < count; first += batch_) {
    const int64_t here = std::min(batch_, count - first);
    const float* source = views + first * view_elements_;
    float* target = output + first * classes_;
    if (here == batch_) {
      ALEXNET_RETURN_IF_ERROR(plan_.Run(source, target));
    } else {
      staged_views_.resize(static_cast<size_t>(batch_ * view_elements_));
      staged_output_.resize(static_cast<size_t>(batch_ * classes_));
      std::copy_n(source, here * view_elements_, staged_views_.begin());
      std::fill(staged_views_.begin() + here * view_elements_,
                staged_views_.end(), 0.0f);
      ALEXNET_RETURN_IF_ERROR(
          plan_.Run(staged_views_.data(), staged_output_.data()));
      std::copy_n(staged_output_.begin(), here * classes_, target);
    }
    if (after) ALEXNET_RETURN_IF_ERROR(after(first, here));
  }
  return Status();
}

Status ViewRunner::RunSamples(
    const float* views, int64_t samples, int64_t views_per_sample,
    float* output,
    const std::function<Status(int64_t first, int64_t count)>& after) {
  if (views_per_sample == 1) return Run(views, samples, output, after);
  rows_.resize(static_cast<size_t>(samples * views_per_sample * classes_));
  ALEXNET_RETURN_IF_ERROR(
      Run(views, samples * views_per_sample, rows_.data(), after));
  for (int64_t s = 0; s < samples; ++s) {
    const float* rows = rows_.data() + s * views_per_sample * classes_;
    for (int64_t c = 0; c < classes_; ++c) {
      double sum = 0.0;
      for (int64_t v = 0; v < views_per_sample; ++v) {
        sum += rows[v * classes_ + c];
      }
      output[s * classes_ + c] =
          static_cast<float>(sum / static_cast<double>(views_per_sample));
    }
  }
  return Status();
}

}  // namespace alexnet
