// What one training step reads, writes and changes besides its blobs. The
// structs lie in the device's memory, so that a recorded step can be launched
// again with other numbers.

#ifndef ALEXNET_CORE_BACKEND_UPDATE_H_
#define ALEXNET_CORE_BACKEND_UPDATE_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "core/base/host_device.h"
#include "core/base/status.h"
#include "core/tensor/dtype.h"

namespace alexnet {

// What random layers draw from: dropout's mask is a function of these and the
// unit's number alone (RandomPurpose::kDropout), so that it is recomputed and
// not stored, and does not depend on threads or ranks.
struct RandomState {
  uint64_t seed = 0;
  uint32_t step = 0;  // counts from the start of the run, not the epoch
};

// Which units of a layer's blob a kernel has, where that is one rank's part of
// what several compute: a run of the units of each sample, in C, H, W order.
struct BlobPart {
  int64_t first_sample = 0;  // in the batch of all ranks
  int64_t first_unit = 0;    // of a sample
  int64_t units = 0;  // of a sample, on all ranks; 0: the kernel has them all

  // The number of unit `unit` of sample `sample`, both counted from the part's
  // first; a sample of the part has `own` units.
  ALEXNET_HOST_DEVICE int64_t Number(int64_t sample, int64_t unit,
                                     int64_t own) const {
    return (first_sample + sample) * (units > 0 ? units : own) + first_unit +
           unit;
  }
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
  // Rows whose largest logit is the label's: a whole number, exact, of the
  // loss's type so that ranks sum both at once.
  double correct = 0.0;
};

// In the device's memory.
struct StepState {
  RandomState random;
  UpdateRule rule;
};

// Likewise; what a step found out: kOutcomeNumbers doubles, one after another.
struct StepOutcome {
  LossResult loss;
  double squared_norm = 0.0;  // of all gradients together
};
inline constexpr int64_t kOutcomeNumbers = 3;
static_assert(sizeof(StepOutcome) == kOutcomeNumbers * sizeof(double));

// Softmax and cross-entropy over dense float32 logits (N, classes), in float32:
//   loss = mean over the batch of -sum_c t_c log softmax(z)_c,
//   t = (1 - s) one-hot + s / classes for label smoothing s,
// where the loss of a row counts by the weight of its label's class.
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
  void* scratch = nullptr;               // Backend::LossScratchBytes
  const float* class_weights = nullptr;  // (classes); null: 1 each
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
  // Whether the gradient counts in the norm: of one that several ranks have,
  // on one of them.
  bool in_norm = true;
};

// Updates a plan's parameters.
class Updater {
 public:
  virtual ~Updater() = default;
  // Fills outcome->squared_norm.
  virtual Status FindNorm(StepOutcome* outcome) = 0;
  // Updates all tensors, or none where the step Diverges.
  virtual Status Update(const StepState* state, const StepOutcome* outcome) = 0;
};

// Whether an update could leave parameters that are not finite: where the loss
// or a gradient is not, or the rate times the (clipped) norm is above 1e30.
ALEXNET_HOST_DEVICE inline bool Diverges(const StepOutcome& outcome,
                                         const UpdateRule& rule) {
  constexpr double kMost = std::numeric_limits<double>::max();
  constexpr double kLongest = 1e30;
  const double loss = outcome.loss.loss_sum;
  const double squared = outcome.squared_norm;
  // NaN is on neither side of anything.
  if (!(loss >= -kMost && loss <= kMost && squared <= kMost)) return true;
  const double clip = rule.clip_gradient_norm;
  const double clipped =
      clip > 0.0 && squared > clip * clip ? clip * clip : squared;
  const double rate = rule.rate;
  return rate * rate * clipped > kLongest * kLongest;
}

// What gradients of squared norm `squared_norm` are scaled by.
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
