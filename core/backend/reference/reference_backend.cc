#include "core/backend/reference/reference_backend.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "core/backend/dead_units.h"
#include "core/backend/reference/formats.h"
#include "core/backend/reference/kernels.h"

namespace alexnet {
namespace {

void Sgd(std::span<const SgdTensor> tensors, float momentum, float scale) {
  for (const SgdTensor& tensor : tensors) {
    const double rate = tensor.rate;
    const auto* gradient = static_cast<const float*>(tensor.gradient);
    for (int64_t i = 0; i < tensor.elements; ++i) {
      const double w = tensor.weight[i];
      const double g = static_cast<double>(gradient[i]) * scale;
      const double v = static_cast<double>(momentum) * tensor.velocity[i] -
                       rate * tensor.decay * w - rate * g;
      tensor.velocity[i] = static_cast<float>(v);
      tensor.weight[i] = static_cast<float>(w + v);
    }
  }
}

double SquaredNorm(std::span<const SgdTensor> tensors) {
  double sum = 0.0;
  for (const SgdTensor& tensor : tensors) {
    const auto* gradient = static_cast<const float*>(tensor.gradient);
    for (int64_t i = 0; i < tensor.elements; ++i) {
      const double g = gradient[i];
      sum += g * g;
    }
  }
  return sum;
}

class ReferenceBackend : public Backend {
 public:
  std::string name() const override { return "reference"; }
  int threads() const override { return 1; }
  Status Run(const std::function<Status()>& work) override { return work(); }

  bool CanFuse(const Layer&, ActivationKind) const override { return false; }
  Result<std::unique_ptr<Kernel>> CreateKernel(
      const KernelRequest& request) override {
    if (request.weight_dtype != WeightType::kF32) {
      return UnsupportedError("the reference computes in float64 alone")
          .WithField("weight_dtype");
    }
    return reference::MakeKernel(request);
  }
  Result<std::unique_ptr<Kernel>> CreateReorder(const Format& from,
                                                const Format& to) override {
    return reference::MakeReorder(from, to);
  }

  Status Loss(const LossArgs& args) override;
  Result<std::unique_ptr<Updater>> CreateUpdater(std::vector<SgdTensor> tensors,
                                                 Queue) override {
    return MakeHostUpdater(std::move(tensors), {Sgd, SquaredNorm});
  }
  Status CountDeadUnits(const Format& format, const void* blob,
                        int64_t* count) const override;
  int64_t UnitPositions(const Format& format) const override {
    return format.dense() ? Backend::UnitPositions(format)
                          : format.shape.elements() / format.shape[0];
  }
  Status MarkAliveUnits(const Format& format, const void* blob,
                        float* marks) const override;
};

Status ReferenceBackend::Loss(const LossArgs& args) {
  LossResult result;
  const double smoothing = args.label_smoothing;
  const double divisor =
      static_cast<double>(args.divisor > 0 ? args.divisor : args.batch);
  for (int64_t n = 0; n < args.batch; ++n) {
    const float* z = args.logits + n * args.classes;
    const float* largest = std::max_element(z, z + args.classes);
    double sum = 0.0;
    for (int64_t c = 0; c < args.classes; ++c) {
      sum += std::exp(static_cast<double>(z[c]) - *largest);
    }
    const double log_sum = *largest + std::log(sum);
    const double weight = args.class_weights != nullptr
                              ? args.class_weights[args.labels[n]]
                              : 1.0;
    for (int64_t c = 0; c < args.classes; ++c) {
      const double target = (c == args.labels[n] ? 1.0 - smoothing : 0.0) +
                            smoothing / static_cast<double>(args.classes);
      const double log_p = z[c] - log_sum;
      // 0 * -infinity counts as 0.
      if (target > 0.0) result.loss_sum -= weight * target * log_p;
      if (args.gradient != nullptr) {
        args.gradient[n * args.classes + c] =
            static_cast<float>(weight * (std::exp(log_p) - target) / divisor);
      }
    }
    if (largest - z == args.labels[n]) result.correct += 1.0;
  }
  *args.result = result;
  return Status();
}

Status ReferenceBackend::CountDeadUnits(const Format& format, const void* blob,
                                        int64_t* count) const {
  if (format.dense()) return Backend::CountDeadUnits(format, blob, count);
  const int64_t samples = format.shape[0];
  *count = CountZeroUnits(static_cast<const double*>(blob), samples,
                          format.shape.elements() / samples);
  return Status();
}

Status ReferenceBackend::MarkAliveUnits(const Format& format, const void* blob,
                                        float* marks) const {
  if (format.dense()) return Backend::MarkAliveUnits(format, blob, marks);
  MarkNonzeroUnits(static_cast<const double*>(blob), format.shape[0],
                   UnitPositions(format), marks);
  return Status();
}

}  // namespace

std::shared_ptr<Backend> CreateReferenceBackend() {
  return std::make_shared<ReferenceBackend>();
}

}  // namespace alexnet
