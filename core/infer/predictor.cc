#include "core/infer/predictor.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/base/file.h"
#include "core/data/decode.h"
#include "core/infer/session.h"
#include "core/infer/view_runner.h"
#include "core/preprocess/view.h"

namespace alexnet {
namespace {

// A picture file larger than this is none that a decoder would accept.
constexpr uint64_t kMaxFileBytes = 256ull << 20;

class PlanPredictor final : public Predictor {
 public:
  PlanPredictor(std::shared_ptr<const Model> model,
                std::unique_ptr<InferencePlan> plan,
                const PredictorOptions& options)
      : model_(std::move(model)),
        plan_(std::move(plan)),
        runner_(*plan_),
        options_(options),
        views_(options.ten_crop ? kTenCrop : 1),
        activations_(options.activations.size()),
        picture_(static_cast<size_t>(views_ * runner_.view_elements())),
        row_(static_cast<size_t>(runner_.classes())) {}

  Result<std::vector<Prediction>> PredictEncoded(
      std::span<const std::byte> picture, const std::string& name) override {
    DecodeOptions decode;
    decode.max_pixels = options_.max_pixels;
    ALEXNET_ASSIGN_OR_RETURN(const Image image,
                             DecodeImage(picture, name, decode));
    return PredictImage(image);
  }

  Result<std::vector<Prediction>> PredictImage(const Image& image) override {
    ALEXNET_RETURN_IF_ERROR(Preprocess(image, picture_.data()));
    ALEXNET_RETURN_IF_ERROR(Probabilities(picture_.data(), 1, row_.data()));
    return Top(row_);
  }

  Status PredictFiles(
      std::span<const std::string> paths, const Interrupt& interrupt,
      const std::function<void(const FilePrediction&)>& done) override {
    const int64_t samples =
        std::max<int64_t>(1, plan_->options().batch / views_);
    std::vector<float> views(
        static_cast<size_t>(samples * views_ * runner_.view_elements()));
    std::vector<float> rows(static_cast<size_t>(samples * classes()));
    std::vector<FilePrediction> results;
    for (size_t first = 0; first < paths.size(); first += samples) {
      const size_t here =
          std::min(paths.size() - first, static_cast<size_t>(samples));
      results.assign(here, FilePrediction());
      int64_t good = 0;
      for (size_t i = 0; i < here; ++i) {
        ALEXNET_RETURN_IF_ERROR(interrupt.Check());
        results[i].path = paths[first + i];
        results[i].status =
            Load(results[i].path,
                 views.data() + good * views_ * runner_.view_elements());
        good += results[i].status.ok();
      }
      if (good > 0) {
        ALEXNET_RETURN_IF_ERROR(Probabilities(views.data(), good, rows.data()));
      }
      const float* row = rows.data();
      for (FilePrediction& result : results) {
        if (result.status.ok()) {
          result.top = Top({row, static_cast<size_t>(classes())});
          row += classes();
        }
        done(result);
      }
    }
    return Status();
  }

  Status Preprocess(const Image& image, float* views) const override {
    return options_.ten_crop
               ? RenderTenCrop(image, model_->preprocessing(), views)
               : RenderCentre(image, model_->preprocessing(), views);
  }

  Status Probabilities(const float* views, int64_t count,
                       float* probabilities) override {
    if (activations_.empty()) {
      return runner_.RunSamples(views, count, views_, probabilities);
    }
    return runner_.RunSamples(
        views, count, views_, probabilities,
        [this](int64_t, int64_t here) { return KeepActivations(here); });
  }

  std::span<const float> Activation(size_t index) const override {
    return activations_[index];
  }
  void ClearActivations() override {
    for (std::vector<float>& each : activations_) each.clear();
  }
  const InferencePlan& plan() const override { return *plan_; }

  int64_t views() const override { return views_; }
  int64_t view_elements() const override { return runner_.view_elements(); }
  int64_t classes() const override { return runner_.classes(); }

  std::vector<Prediction> Top(std::span<const float> row) const override {
    std::vector<Prediction> top;
    for (const int32_t i : LargestOf(row, static_cast<size_t>(options_.top))) {
      top.push_back({i, model_->Label(i), row[static_cast<size_t>(i)]});
    }
    return top;
  }

 private:
  Status Load(const std::string& path, float* views) const {
    const auto bytes = ReadFile(path, kMaxFileBytes);
    if (!bytes.ok()) return bytes.status();
    DecodeOptions decode;
    decode.max_pixels = options_.max_pixels;
    const auto image = DecodeImage(*bytes, path, decode);
    if (!image.ok()) return image.status();
    return Preprocess(*image, views).WithFile(path);
  }

  // Appends what the plan's last run gave for its first `views` views.
  Status KeepActivations(int64_t views) {
    const int64_t batch = plan_->options().batch;
    for (size_t i = 0; i < activations_.size(); ++i) {
      std::vector<float>& kept = activations_[i];
      const std::string& name = options_.activations[i];
      const std::vector<Layer>& layers = model_->network().layers;
      const auto layer =
          std::find_if(layers.begin(), layers.end(),
                       [&](const Layer& each) { return each.name == name; });
      const int64_t each =
          plan_->info()
              .layers[static_cast<size_t>(layer - layers.begin())]
              .out.elements();
      const size_t before = kept.size();
      kept.resize(before + static_cast<size_t>(batch * each));
      ALEXNET_RETURN_IF_ERROR(plan_->Blob(name, kept.data() + before));
      kept.resize(before + static_cast<size_t>(views * each));
    }
    return Status();
  }

  const std::shared_ptr<const Model> model_;
  const std::unique_ptr<InferencePlan> plan_;
  ViewRunner runner_;
  const PredictorOptions options_;
  const int64_t views_;
  std::vector<std::vector<float>> activations_;
  std::vector<float> picture_;
  std::vector<float> row_;
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
  if (options.classify) ALEXNET_RETURN_IF_ERROR(CheckClassifies(*model));
  if (options.top < 1) {
    return InvalidArgumentError(
               fmt::format("must be at least 1, not {}", options.top))
        .WithField("top");
  }
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<InferencePlan> plan,
      CompileModel(model, options.session, options.ten_crop ? kTenCrop : 1,
                   options.activations));
  return std::unique_ptr<Predictor>(
      new PlanPredictor(std::move(model), std::move(plan), options));
}

}  // namespace alexnet
