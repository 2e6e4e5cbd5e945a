// StepTrainer: training by steps of the caller's, who brings the batches and
// decides on the rates. On one device: that ranks make the same calls with
// their own shares of a batch would be the caller's affair.

#ifndef ALEXNET_CORE_TRAIN_STEP_TRAINER_H_
#define ALEXNET_CORE_TRAIN_STEP_TRAINER_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/backend/update.h"
#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/devices/device_options.h"
#include "core/exec/training_plan.h"
#include "core/model/model.h"

namespace alexnet {

struct StepTrainerOptions : DeviceOptions {
  // BEGIN options: core.fields trainer_options
  // Pictures in one update; 1 to 65,536.
  int64_t batch = 128;
  // Share of the target that goes to all classes alike; 0 to 0.999.
  float label_smoothing = 0.0f;
  // What dropout starts from.
  uint64_t seed = 1;
  // END options
};

// What a parameter has a number of for each element.
enum class ParameterValue : int8_t {
  kParameter = 0,
  kMomentum = 1,
  kGradient = 2,  // of the last batch
};

// Not thread safe.
class StepTrainer {
 public:
  // Starts from the model, which must end in a softmax; momenta are zero.
  static Result<std::unique_ptr<StepTrainer>> Create(
      std::shared_ptr<const Model> model,
      const StepTrainerOptions& options = {});

  // One update (section 5 of the paper) on a batch of options.batch views and
  // their classes. kDiverged where the loss or the gradients are not finite:
  // nothing is updated then.
  Result<StepResult> Step(std::span<const float> images,
                          std::span<const int32_t> labels,
                          const UpdateRule& rule);
  // Forward, loss and backward alone.
  Result<StepResult> Gradients(std::span<const float> images,
                               std::span<const int32_t> labels);

  // Dense copies, in C order, from and to the whole of parameter `name`. A
  // frozen one has neither momentum nor gradient, and gradients cannot be
  // written.
  Status Read(const std::string& name, ParameterValue what,
              std::span<float> values) const;
  Status Write(const std::string& name, ParameterValue what,
               std::span<const float> values);

  // A copy as it is now, without momenta.
  Result<std::shared_ptr<const Model>> ModelNow(
      const Interrupt& interrupt) const;

  int64_t steps() const { return steps_; }          // updates made
  int threads() const { return plan_->threads(); }  // that compute

 private:
  StepTrainer(std::shared_ptr<const Model> model,
              std::unique_ptr<TrainingPlan> plan,
              const StepTrainerOptions& options);

  Result<StepInput> CheckBatch(std::span<const float> images,
                               std::span<const int32_t> labels) const;
  // The parameter's index; refuses a buffer that does not fit it.
  Result<int> Find(const std::string& name, size_t count) const;
  Status CheckLearns(int parameter) const;

  const std::shared_ptr<const Model> model_;  // started from
  const std::unique_ptr<TrainingPlan> plan_;
  const int64_t batch_;
  const uint64_t seed_;
  int64_t steps_ = 0;
  uint32_t forwards_ = 0;  // dropout's counter
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_STEP_TRAINER_H_
