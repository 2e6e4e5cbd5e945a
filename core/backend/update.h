// What one training step reads, writes and changes besides its blobs. The
// structs lie in the device's memory, so that a recorded step can be launched
// again with other numbers.

#ifndef ALEXNET_CORE_BACKEND_UPDATE_H_
#define ALEXNET_CORE_BACKEND_UPDATE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet {

// What random layers draw from: dropout's mask is a function of these and the
// unit's index alone (RandomPurpose::kDropout), so that it is recomputed and
// not stored, and does not depend on threads or ranks.
struct RandomState {
  uint64_t seed = 0;
  uint32_t step = 0;          // counts from the start of the run, not the epoch
  uint32_t first_sample = 0;  // this rank's first sample in the global batch
};

struct UpdateRule {
  // BEGIN options: core.fields update_rule
  // Learning rate; 0 to 1e6.
  float rate = 0.01f;
  // Share of an update that the next one repeats; 0 to 0.9999.
  float momentum = 0.9f;
  // Pull of the weights towards 0, times the learning rate; 0 to 1,000.
  float weight_decay = 5e-4f;
  // Largest L2 norm of all gradients together; 0: any.
  float clip_gradient_norm = 0.0f;
  // END options
};

struct LossResult {
  double loss_sum = 0.0;  // over the batch, not divided
  int64_t correct = 0;    // rows whose largest logit is the label's
};

// In the device's memory.
struct StepState {
  RandomState random;
  UpdateRule rule;
};

// Likewise; what a step found out.
struct StepOutcome {
  LossResult loss;
  double squared_norm = 0.0;  // of all gradients; may be 0 where none clips
};

// Softmax and cross-entropy over dense float32 logits (N, classes), in float32:
//   loss = mean over the batch of -sum_c t_c log softmax(z)_c,
//   t = (1 - s) one-hot + s / classes for label smoothing s.
// All pointers are the device's.
struct LossArgs {
  const float* logits = nullptr;
  const int32_t* labels = nullptr;  // 0..classes-1, checked by the caller
  int64_t batch = 0;
  int64_t classes = 0;
  float label_smoothing = 0.0f;
  // What the gradient is divided by; 0: `batch`. Data-parallel ranks pass the
  // global batch.
  int64_t divisor = 0;
  float* gradient = nullptr;  // (N, classes); null: loss only
  LossResult* result = nullptr;
  void* scratch = nullptr;  // Backend::LossScratchBytes
};

// One tensor of an update, as the paper's section 5 has it, g scaled by
// gradient clipping:
//   v <- momentum * v - rate * decay * w - rate * g,   w <- w + v.
// All pointers are the device's.
struct SgdTensor {
  float* weight = nullptr;
  const void* gradient = nullptr;  // elements of `compute_dtype`
  float* velocity = nullptr;
  // What kernels read: `weight` rounded to `compute_dtype`. Null where that is
  // kF32 and they read `weight`.
  void* working = nullptr;
  DType compute_dtype = DType::kF32;
  int64_t elements = 0;
  float rate = 1.0f;   // multiplier of the rule's rate
  float decay = 1.0f;  // multiplier of the rule's decay
};

// Updates a plan's parameters.
class Updater {
 public:
  virtual ~Updater() = default;
  // Updates all tensors, unless the loss or the norm is not finite. `clip`:
  // computes the norm and scales gradients whose norm is above the rule's
  // (which must be the same for each launch of a recorded step).
  virtual Status Update(const StepState* state, bool clip,
                        StepOutcome* outcome) = 0;
};

// What a gradient of squared norm `squared_norm` is scaled by.
float ClippingScale(double squared_norm, float clip_gradient_norm);

// For backends on the host, whose tensors are float32: the two loops.
struct HostUpdate {
  // Rates and decays are the products with the rule's.
  std::function<void(std::span<const SgdTensor>, float momentum, float scale)>
      sgd;
  std::function<double(std::span<const SgdTensor>)> squared_norm;
};
std::unique_ptr<Updater> MakeHostUpdater(std::vector<SgdTensor> tensors,
                                         HostUpdate loops);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_UPDATE_H_
