// TrainingPlan: a network compiled for forward, loss, backward and update. It
// owns the float32 master parameters, their gradients and momenta, all in the
// kernels' layouts.

#ifndef ALEXNET_CORE_EXEC_TRAINING_PLAN_H_
#define ALEXNET_CORE_EXEC_TRAINING_PLAN_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/parameters.h"
#include "core/network/network.h"

namespace alexnet {

struct TrainingOptions {
  int64_t batch = 128;
  float label_smoothing = 0.0f;
};

struct StepInput {
  const float* images = nullptr;    // dense (batch, C, H, W), preprocessed
  const int32_t* labels = nullptr;  // (batch)
  RandomState random;
};

struct UpdateRule {
  float rate = 0.01f;
  float momentum = 0.9f;
  float weight_decay = 5e-4f;
  float clip_gradient_norm = 0.0f;  // 0: off
};

struct StepResult {
  double loss = 0.0;           // mean over the batch
  int64_t correct = 0;         // top-1
  double gradient_norm = 0.0;  // 0 unless clipping is on
};

// Not thread safe.
class TrainingPlan {
 public:
  // Parameters start from `source`, momenta at zero. Layers whose parameters
  // all have rate 0 are frozen: no gradients are made for them, nor below the
  // lowest layer that learns.
  static Result<std::unique_ptr<TrainingPlan>> Compile(
      const Network& network, std::shared_ptr<Backend> backend,
      ParameterSource& source, const TrainingOptions& options);
  virtual ~TrainingPlan() = default;

  // Forward, loss and backward: fills gradients.
  virtual Result<StepResult> Gradients(const StepInput& input) = 0;
  // Gradients, then one update. A loss or gradient norm that is not finite is
  // returned and nothing is updated.
  virtual Result<StepResult> Step(const StepInput& input,
                                  const UpdateRule& rule) = 0;

  // Dense copies by parameter index, NetworkInfo::parameters' order.
  virtual Status ReadParameter(int parameter, float* dense) const = 0;
  virtual Status WriteParameter(int parameter, const float* dense) = 0;
  virtual Status ReadMomentum(int parameter, float* dense) const = 0;
  virtual Status WriteMomentum(int parameter, const float* dense) = 0;
  virtual Status ReadGradient(int parameter, float* dense) const = 0;

  // Fraction of each ReLU layer's units that gave zero for every sample of the
  // last batch, by layer index; others -1. For the watch on dead ReLUs.
  virtual std::vector<float> DeadUnits() const = 0;

  virtual const NetworkInfo& info() const = 0;
  virtual int64_t arena_bytes() const = 0;
  virtual std::string Describe() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_PLAN_H_
