#include "core/infer/predictor.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

#include "core/infer/session.h"
#include "core/infer/view_runner.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

class PlanPredictor final : public Predictor {
 public:
  PlanPredictor(std::shared_ptr<const Model> model,
                std::unique_ptr<InferencePlan> plan,
                const PredictorOptions& options)
      : model_(std::move(model)),
        plan_(std::move(plan)),
        runner_(*plan_),
        views_(options.ten_crop ? kTenCrop : 1) {
    const std::vector<Layer>& layers = model_->network().layers;
    for (const std::string& name : options.activations) {
      const auto layer =
          std::find_if(layers.begin(), layers.end(),
                       [&](const Layer& each) { return each.name == name; });
      const auto index = static_cast<size_t>(layer - layers.begin());
      kept_.push_back({name, plan_->info().layers[index].out.elements(), {}});
    }
  }

  Status Preprocess(const Image& image, float* views) const override {
    return views_ == kTenCrop
               ? RenderTenCrop(image, model_->preprocessing(), views)
               : RenderCentre(image, model_->preprocessing(), views);
  }

  Status Probabilities(const float* views, int64_t count, float* probabilities,
                       const Interrupt& interrupt) override {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    const int64_t total = count * views_;
    const auto after = [&](int64_t first, int64_t here) -> Status {
      ALEXNET_RETURN_IF_ERROR(KeepActivations(here));
      return first + here < total ? interrupt.Check() : Status();
    };
    return runner_.RunSamples(views, count, views_, probabilities,
                              std::cref(after));
  }

  int64_t views() const override { return views_; }
  int64_t view_elements() const override { return runner_.view_elements(); }
  int64_t classes() const override { return runner_.classes(); }

  std::span<const float> Activation(size_t index) const override {
    return kept_[index].values;
  }
  void ClearActivations() override {
    for (Kept& each : kept_) each.values.clear();
  }
  const InferencePlan& plan() const override { return *plan_; }

 private:
  // What a layer gave for all views so far.
  struct Kept {
    std::string layer;
    int64_t elements;  // of one view
    std::vector<float> values;
  };

  // Appends what the plan's last run gave for its first `views` views.
  Status KeepActivations(int64_t views) {
    const int64_t batch = plan_->options().batch;
    for (Kept& kept : kept_) {
      const size_t before = kept.values.size();
      kept.values.resize(before + static_cast<size_t>(batch * kept.elements));
      ALEXNET_RETURN_IF_ERROR(
          plan_->Blob(kept.layer, kept.values.data() + before));
      kept.values.resize(before + static_cast<size_t>(views * kept.elements));
    }
    return Status();
  }

  const std::shared_ptr<const Model> model_;
  const std::unique_ptr<InferencePlan> plan_;
  ViewRunner runner_;
  const int64_t views_;
  std::vector<Kept> kept_;
};

}  // namespace

std::vector<int32_t> LargestOf(std::span<const float> row, size_t count) {
  const auto value = [&](int32_t i) {
    const float raw = row[static_cast<size_t>(i)];
    return std::isnan(raw) ? -std::numeric_limits<float>::infinity() : raw;
  };
  std::vector<int32_t> order(row.size());
  std::iota(order.begin(), order.end(), 0);
  count = std::min(order.size(), count);
  std::partial_sort(order.begin(),
                    order.begin() + static_cast<std::ptrdiff_t>(count),
                    order.end(), [&](int32_t a, int32_t b) {
                      return value(a) != value(b) ? value(a) > value(b) : a < b;
                    });
  order.resize(count);
  return order;
}

Result<std::unique_ptr<Predictor>> Predictor::Create(
    std::shared_ptr<const Model> model, const PredictorOptions& options) {
  // The mean of ten outputs is one of the same kind for probabilities only.
  if (options.ten_crop) ALEXNET_RETURN_IF_ERROR(CheckClassifies(*model));
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<InferencePlan> plan,
      CompileModel(model, options.session, options.ten_crop ? kTenCrop : 1,
                   options.activations));
  return std::unique_ptr<Predictor>(
      new PlanPredictor(std::move(model), std::move(plan), options));
}

}  // namespace alexnet
