#include "core/infer/activations.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/infer/session.h"
#include "core/infer/view_runner.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

constexpr int64_t kDefaultBatch = 8;  // views

class PlanExtractor final : public ActivationExtractor {
 public:
  PlanExtractor(std::shared_ptr<const Model> model,
                std::unique_ptr<InferencePlan> plan, std::vector<int> layers)
      : model_(std::move(model)),
        plan_(std::move(plan)),
        runner_(*plan_),
        layers_(std::move(layers)) {}

  Result<std::vector<Tensor>> Run(std::span<const Image> images) override {
    std::vector<float> views(images.size() *
                             static_cast<size_t>(runner_.view_elements()));
    for (size_t i = 0; i < images.size(); ++i) {
      ALEXNET_RETURN_IF_ERROR(
          RenderCentre(images[i], model_->preprocessing(),
                       views.data() + i * runner_.view_elements()));
    }
    return RunViews(views.data(), static_cast<int64_t>(images.size()));
  }

  Result<std::vector<Tensor>> RunViews(const float* views,
                                       int64_t count) override {
    if (count < 1) return InvalidArgumentError("there is no picture");
    std::vector<Tensor> results;
    for (const int layer : layers_) {
      ALEXNET_ASSIGN_OR_RETURN(
          Tensor tensor,
          Tensor::Create(WithBatch(plan_->info().layers[layer].out, count)));
      results.push_back(std::move(tensor));
    }
    std::vector<float> output(static_cast<size_t>(count * runner_.classes()));
    std::vector<float> blob;
    const auto collect = [&](int64_t first, int64_t here) {
      for (size_t i = 0; i < layers_.size(); ++i) {
        const int64_t each = plan_->info().layers[layers_[i]].out.elements();
        blob.resize(static_cast<size_t>(plan_->options().batch * each));
        ALEXNET_RETURN_IF_ERROR(plan_->Blob(
            model_->network().layers[layers_[i]].name, blob.data()));
        std::copy_n(blob.begin(), here * each, results[i].f32() + first * each);
      }
      return Status();
    };
    ALEXNET_RETURN_IF_ERROR(runner_.Run(views, count, output.data(), collect));
    return results;
  }

 private:
  const std::shared_ptr<const Model> model_;
  const std::unique_ptr<InferencePlan> plan_;
  ViewRunner runner_;
  const std::vector<int> layers_;  // indices into the network
};

}  // namespace

Result<std::unique_ptr<ActivationExtractor>> ActivationExtractor::Create(
    std::shared_ptr<const Model> model, std::vector<std::string> layers,
    const SessionOptions& options) {
  if (layers.empty()) return InvalidArgumentError("no layer was named");
  std::vector<int> indices;
  for (const std::string& name : layers) {
    const std::vector<Layer>& all = model->network().layers;
    const auto found =
        std::find_if(all.begin(), all.end(),
                     [&](const Layer& layer) { return layer.name == name; });
    if (found == all.end()) {
      std::string names;
      for (const Layer& layer : all) {
        names += (names.empty() ? "" : ", ") + layer.name;
      }
      return NotFoundError(
                 fmt::format("the network has no layer \"{}\"; it has {}", name,
                             names))
          .WithFile(model->path());
    }
    indices.push_back(static_cast<int>(found - all.begin()));
  }
  std::sort(layers.begin(), layers.end());
  layers.erase(std::unique(layers.begin(), layers.end()), layers.end());
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<InferencePlan> plan,
      CompileModel(model, options, kDefaultBatch, std::move(layers)));
  return std::unique_ptr<ActivationExtractor>(
      new PlanExtractor(std::move(model), std::move(plan), std::move(indices)));
}

Result<std::vector<Tensor>> Activations(std::shared_ptr<const Model> model,
                                        const std::vector<std::string>& layers,
                                        std::span<const Image> images,
                                        const SessionOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<ActivationExtractor> extractor,
      ActivationExtractor::Create(std::move(model), layers, options));
  return extractor->Run(images);
}

}  // namespace alexnet
