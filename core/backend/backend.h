// Backend: makes kernels for one device. `reference` is plain float64 loops,
// the oracle of the tests; `cpu` is oneDNN and our own kernels.

#ifndef ALEXNET_CORE_BACKEND_BACKEND_H_
#define ALEXNET_CORE_BACKEND_BACKEND_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "core/backend/format.h"
#include "core/backend/kernel.h"
#include "core/base/status.h"

namespace alexnet {

// Softmax and cross-entropy over dense float32 logits (N, classes), in float32:
//   loss = mean over the batch of -sum_c t_c log softmax(z)_c,
//   t = (1 - s) one-hot + s / classes for label smoothing s.
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
};

struct LossResult {
  double loss_sum = 0.0;  // over the batch, not divided
  int64_t correct = 0;    // rows whose largest logit is the label's
};

// One tensor of an update, as the paper's section 5 has it:
//   v <- momentum * v - rate * decay * w - rate * g,   w <- w + v.
struct SgdTensor {
  float* weight = nullptr;
  const float* gradient = nullptr;
  float* velocity = nullptr;
  int64_t elements = 0;
  float rate = 0.0f;   // base rate times the parameter's multiplier
  float decay = 0.0f;  // likewise
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string name() const = 0;
  // Worker threads; what a result's bits may depend on.
  virtual int threads() const = 0;

  // Runs `work` where this backend's kernels must run (its own threads). All
  // Forward, Backward, Loss and Sgd calls are made inside.
  virtual Status Run(const std::function<Status()>& work) = 0;

  // Whether the kernel of `layer` can apply the activation to its output.
  virtual bool CanFuse(const Layer& layer, ActivationKind activation) const = 0;
  virtual Result<std::unique_ptr<Kernel>> CreateKernel(
      const KernelRequest& request) = 0;
  // A kernel that copies between two formats of one shape; backward copies the
  // gradient the other way.
  virtual Result<std::unique_ptr<Kernel>> CreateReorder(const Format& from,
                                                        const Format& to) = 0;

  virtual Result<LossResult> Loss(const LossArgs& args) = 0;
  // `scale` multiplies every gradient first (gradient clipping).
  virtual Status Sgd(std::span<const SgdTensor> tensors, float momentum,
                     float scale) = 0;
  // Sum of squares of all gradients.
  virtual Result<double> SquaredNorm(std::span<const SgdTensor> tensors) = 0;

  // How many units (elements of one sample) are zero for every sample of the
  // blob. This one takes N equal runs of float32 whose padding is zero, which
  // is what dense and channel-blocked layouts are; a backend with others
  // overrides it.
  virtual int64_t CountDeadUnits(const Format& format, const void* blob) const;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_BACKEND_H_
