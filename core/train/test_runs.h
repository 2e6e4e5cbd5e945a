// Runs small enough for tests.

#ifndef ALEXNET_CORE_TRAIN_TEST_RUNS_H_
#define ALEXNET_CORE_TRAIN_TEST_RUNS_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/base/status.h"
#include "core/train/listener.h"
#include "core/train/train_options.h"

namespace alexnet::testing {

// An empty folder of this name under the test's folder for temporary files.
std::string FreshFolder(const std::string& name);

// Pictures of the demo's ten classes in `folder`/train and `folder`/val.
void WritePictures(const std::string& folder, int train_per_class,
                   int held_out_per_class);

// alexnet_small on 24-pixel pictures: three epochs, batch 8, two threads.
TrainOptions SmallRun(const std::string& data, const std::string& out);

// Calls back and remembers.
class Recorder : public TrainingListener {
 public:
  void OnStart(const TrainingStart& start) override { starts.push_back(start); }
  void OnProgress(const std::string& doing, int64_t, int64_t) override {
    if (on_progress) on_progress(doing);
  }
  void OnStep(const StepReport& step) override {
    steps.push_back(step);
    if (on_step) on_step(step);
  }
  void OnEpoch(const EpochReport& epoch) override {
    epochs.push_back(epoch);
    if (on_epoch) on_epoch(epoch);
  }
  void OnWarning(const std::string& message) override {
    warnings.push_back(message);
  }

  std::vector<TrainingStart> starts;
  std::vector<StepReport> steps;
  std::vector<EpochReport> epochs;
  std::vector<std::string> warnings;
  std::function<void(const std::string&)> on_progress;
  std::function<void(const StepReport&)> on_step;
  std::function<void(const EpochReport&)> on_epoch;
};

// Trains until update `stop` is made and cancels the run then, or, where `stop`
// is negative, in its first validation. What it ended with.
Status TrainUntil(int64_t stop, const TrainOptions& options,
                  Recorder* recorder);

// All that a checkpoint holds of a run's numbers: parameters, then momenta, bit
// by bit.
std::vector<std::vector<float>> Numbers(const std::string& checkpoint);

// Tensor by tensor, that no element is further from the expected one than
// `tolerance` times the largest of them.
void ExpectNear(const std::vector<std::vector<float>>& actual,
                const std::vector<std::vector<float>>& expected,
                double tolerance);

}  // namespace alexnet::testing

#endif  // ALEXNET_CORE_TRAIN_TEST_RUNS_H_
