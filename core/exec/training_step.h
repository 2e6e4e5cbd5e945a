// What a training plan is compiled for, and given for each step.

#ifndef ALEXNET_CORE_EXEC_TRAINING_STEP_H_
#define ALEXNET_CORE_EXEC_TRAINING_STEP_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/backend/backend.h"
#include "core/exec/rank_part.h"
#include "core/preprocess/pixel_view.h"
#include "core/preprocess/spec.h"

namespace alexnet {

// How a plan is given pixels.
struct PixelInput {
  PixelCanvas canvas;
  std::shared_ptr<const MeanImage> mean_image = nullptr;  // null: none
};

struct TrainingPlanOptions {
  int64_t batch = 128;
  float label_smoothing = 0.0f;
  // What the loss of a sample counts, by its class; empty: 1 each.
  std::vector<float> class_weights = {};
  // The device normalizes 8-bit pictures itself. Not on the host.
  std::optional<PixelInput> pixels = std::nullopt;
  // Where the network is one rank's part of another: `batch` is that of all
  // ranks, a step is given this rank's samples, and its result is that of all.
  std::shared_ptr<RankPart> part = nullptr;
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
  // Of a step that updates.
  double gradient_norm = 0.0;  // L2, of all gradients together, not clipped
  bool diverged = false;       // Diverges: nothing was updated
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_STEP_H_
