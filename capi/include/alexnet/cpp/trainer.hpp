// Training, one update at a time.

#ifndef ALEXNET_CPP_TRAINER_HPP_
#define ALEXNET_CPP_TRAINER_HPP_

#include <alexnet/alexnet.h>

#include <cstdint>
#include <string>

#include "cancel.hpp"
#include "detail.hpp"
#include "model.hpp"
#include "span.hpp"

namespace alexnet {
inline namespace v0 {

using TrainerOptions =
    detail::Struct<alexnet_trainer_options, alexnet_trainer_options_init>;
// Starts as the paper's (section 5).
struct UpdateRule
    : detail::Struct<alexnet_update_rule, alexnet_update_rule_init> {
  UpdateRule() {
    // BEGIN options: cpp.start update_rule
    rate = 0.01f;
    momentum = 0.9f;
    weight_decay = 5e-4f;
    // END options
  }
};
using StepResult =
    detail::Struct<alexnet_step_result, alexnet_step_result_init>;

// Training on the caller's own batches.
class Trainer {
 public:
  explicit Trainer(const Model& model, const TrainerOptions& options = {}) {
    alexnet_trainer* made = nullptr;
    detail::call(alexnet_trainer_create, model.get(), &options, &made);
    handle_.reset(made);
  }

  StepResult step(Span<const float> images, Span<const int32_t> labels,
                  const UpdateRule& rule) {
    StepResult result;
    detail::call(alexnet_trainer_step, get(), images.data(), images.size(),
                 labels.data(), labels.size(), &rule, &result);
    return result;
  }
  StepResult gradients(Span<const float> images, Span<const int32_t> labels) {
    StepResult result;
    detail::call(alexnet_trainer_gradients, get(), images.data(), images.size(),
                 labels.data(), labels.size(), &result);
    return result;
  }
  // `what`: ALEXNET_VALUE_PARAMETER, _MOMENTUM or _GRADIENT.
  void read(const std::string& name, int32_t what, Span<float> values) const {
    detail::call(alexnet_trainer_read, get(), name.c_str(), what, values.data(),
                 values.size());
  }
  void write(const std::string& name, int32_t what, Span<const float> values) {
    detail::call(alexnet_trainer_write, get(), name.c_str(), what,
                 values.data(), values.size());
  }
  Model model(const Limits& limits = {}) const {
    alexnet_model* made = nullptr;
    detail::call(alexnet_trainer_model, get(), &limits, &made);
    return Model(made);
  }
  alexnet_trainer* get() const { return handle_.get(); }

 private:
  detail::Handle<alexnet_trainer, alexnet_trainer_free> handle_;
};

}  // namespace v0
}  // namespace alexnet

#endif  // ALEXNET_CPP_TRAINER_HPP_
