// ViewRunner: any number of preprocessed views through a plan of a fixed batch.

#ifndef ALEXNET_CORE_INFER_VIEW_RUNNER_H_
#define ALEXNET_CORE_INFER_VIEW_RUNNER_H_

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/exec/predictor.h"

namespace alexnet {

// Refuse what `count` samples do not fit: a count below 1, an output of fewer
// than count * classes floats, views of fewer than count * `each`.
Status CheckOutput(int64_t count, int64_t classes,
                   std::span<const float> output);
Status CheckViews(int64_t count, int64_t each, std::span<const float> views);

// Not thread safe. The plan is borrowed.
class ViewRunner {
 public:
  explicit ViewRunner(Predictor& plan);

  // `views`: (count, C, H, W); `output`: (count, classes), what the plan gives.
  // A last part smaller than the batch is filled up with zeros. After each run
  // of the plan `after`, if given, is told which of the views it held.
  Status Run(const float* views, int64_t count, float* output,
             const std::function<Status(int64_t first, int64_t count)>& after =
                 nullptr);
  // Means over the `views_per_sample` rows of each sample: `output` is
  // (samples, classes). The softmax comes first, then the mean (the paper,
  // section 4.1).
  Status RunSamples(const float* views, int64_t samples,
                    int64_t views_per_sample, float* output,
                    const std::function<Status(int64_t first, int64_t count)>&
                        after = nullptr);

  int64_t view_elements() const { return view_elements_; }
  int64_t classes() const { return classes_; }

 private:
  Predictor& plan_;
  const int64_t batch_;
  const int64_t view_elements_;
  const int64_t classes_;
  std::vector<float> staged_views_;   // one batch; for the last part only
  std::vector<float> staged_output_;  // likewise
  std::vector<float> rows_;           // RunSamples'
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_VIEW_RUNNER_H_
