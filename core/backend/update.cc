#include "core/backend/update.h"

#include <cmath>
#include <cstddef>
#include <utility>

namespace alexnet {
namespace {

class HostUpdater : public Updater {
 public:
  HostUpdater(std::vector<SgdTensor> tensors, HostUpdate loops)
      : tensors_(std::move(tensors)),
        scaled_(tensors_),
        loops_(std::move(loops)) {
    for (const SgdTensor& tensor : tensors_) {
      if (tensor.in_norm) in_norm_.push_back(tensor);
    }
  }

  Status FindNorm(StepOutcome* outcome) override {
    outcome->squared_norm = loops_.squared_norm(in_norm_);
    return Status();
  }

  Status Update(const StepState* state, const StepOutcome* outcome) override {
    const UpdateRule& rule = state->rule;
    if (Diverges(*outcome, rule)) return Status();
    const float scale =
        ClippingScale(outcome->squared_norm, rule.clip_gradient_norm);
    for (size_t i = 0; i < tensors_.size(); ++i) {
      scaled_[i].rate = tensors_[i].rate * rule.rate;
      scaled_[i].decay = tensors_[i].decay * rule.weight_decay;
    }
    loops_.sgd(scaled_, rule.momentum, scale);
    return Status();
  }

 private:
  const std::vector<SgdTensor> tensors_;
  std::vector<SgdTensor> scaled_;
  std::vector<SgdTensor> in_norm_;
  const HostUpdate loops_;
};

}  // namespace

float ClippingScale(double squared_norm, float clip_gradient_norm) {
  const double norm = std::sqrt(squared_norm);
  return clip_gradient_norm > 0.0f && norm > clip_gradient_norm
             ? static_cast<float>(clip_gradient_norm / norm)
             : 1.0f;
}

std::unique_ptr<Updater> MakeHostUpdater(std::vector<SgdTensor> tensors,
                                         HostUpdate loops) {
  return std::make_unique<HostUpdater>(std::move(tensors), std::move(loops));
}

}  // namespace alexnet
