// TrainingPlan: a network compiled for forward, loss, backward and update. It
// owns the float32 master parameters, their gradients and momenta, all in the
// kernels' layouts.

#ifndef ALEXNET_CORE_EXEC_TRAINING_PLAN_H_
#define ALEXNET_CORE_EXEC_TRAINING_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/parameters.h"
#include "core/network/network.h"
#include "core/preprocess/pixel_view.h"

namespace alexnet {

// How a plan is given pixels.
struct PixelInput {
  PixelCanvas canvas;
  std::shared_ptr<const MeanImage> mean_image = nullptr;  // null: none
};

struct TrainingOptions {
  int64_t batch = 128;
  float label_smoothing = 0.0f;
  // The device normalizes 8-bit pictures itself. Not on the host.
  std::optional<PixelInput> pixels = std::nullopt;
};

// Pictures as the device cuts and normalizes them; a batch has one view each.
struct PixelBatch {
  const uint8_t* pixels = nullptr;   // (batch, canvas height, width, channels)
  const PixelView* views = nullptr;  // (batch)
};

struct StepInput {
  const float* images = nullptr;    // dense (batch, C, H, W), preprocessed
  const int32_t* labels = nullptr;  // (batch)
  RandomState random = {};
  // Of a plan that was compiled for pixels, in place of `images`.
  PixelBatch pixels = {};
  bool count_dead_units = false;  // for DeadUnits
};

struct StepResult {
  double loss = 0.0;    // mean over the batch
  int64_t correct = 0;  // top-1
  // 0 unless clipping is on or it is not finite.
  double gradient_norm = 0.0;
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

  // The same in two halves, so that the device need not wait for the host:
  // Enqueue sends a step off, Await gives the result of the oldest one that was
  // sent. At most kQueuedSteps may be under way, and none when Step or
  // Gradients is called. The input must stay as it is until its Await.
  static constexpr int kQueuedSteps = 2;
  virtual Status Enqueue(const StepInput& input, const UpdateRule& rule) = 0;
  virtual Result<StepResult> Await() = 0;
  // Steps on the input of slot 0 without bringing it to the device again: for
  // timing. After at least one Step.
  virtual Status Repeat(int steps) = 0;

  // Dense copies by parameter index, NetworkInfo::parameters' order.
  virtual Status ReadParameter(int parameter, float* dense) const = 0;
  virtual Status WriteParameter(int parameter, const float* dense) = 0;
  virtual Status ReadMomentum(int parameter, float* dense) const = 0;
  virtual Status WriteMomentum(int parameter, const float* dense) = 0;
  virtual Status ReadGradient(int parameter, float* dense) const = 0;

  // Fraction of each ReLU layer's units that gave zero for every sample of the
  // last batch that asked to count them, by layer index; others -1. For the
  // watch on dead ReLUs.
  virtual std::vector<float> DeadUnits() const = 0;

  virtual const NetworkInfo& info() const = 0;
  // Blobs and work space, in the device's memory.
  virtual int64_t arena_bytes() const = 0;
  // Parameters, gradients and momenta, likewise.
  virtual int64_t parameter_bytes() const = 0;
  // Both, and the buffers for what comes from the host.
  virtual int64_t device_bytes() const = 0;
  virtual std::string Describe() const = 0;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_PLAN_H_
