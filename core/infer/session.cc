#include "core/infer/session.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "core/infer/check_model.h"
#include "core/preprocess/view.h"

namespace alexnet {

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

Result<std::unique_ptr<Session>> Session::Create(
    std::shared_ptr<SharedModel> shared, const SessionOptions& options) {
  const Model& model = *shared->model();
  // The mean of ten outputs is one of the same kind for probabilities only.
  if (options.ten_crop) ALEXNET_RETURN_IF_ERROR(CheckClassifies(model));
  ALEXNET_RETURN_IF_ERROR(CheckMaxPixels(options.max_pixels));
  std::vector<Kept> kept;
  for (const std::string& name : options.activations) {
    const Result<int> layer = FindLayer(model.network(), name);
    if (!layer.ok()) return layer.status().WithField("activations");
    kept.push_back(
        {name, model.info().layers[static_cast<size_t>(*layer)].out, {}});
  }
  ALEXNET_RETURN_IF_ERROR(CheckBatch(options));
  ALEXNET_ASSIGN_OR_RETURN(const Computers computers, MakeComputers(options));
  ALEXNET_ASSIGN_OR_RETURN(
      std::unique_ptr<Predictor> plan,
      CompileModel(*shared, computers, options, options.ten_crop ? kTenCrop : 1,
                   options.activations));
  ALEXNET_RETURN_IF_ERROR(TellNarrowWeights(*shared, computers, options, {}));
  return std::unique_ptr<Session>(new Session(
      std::move(shared), computers, std::move(plan), options, std::move(kept)));
}

Session::Session(std::shared_ptr<SharedModel> model, const Computers& computers,
                 std::unique_ptr<Predictor> plan, const SessionOptions& options,
                 std::vector<Kept> kept)
    : model_(std::move(model)),
      computers_(computers),
      plan_(std::move(plan)),
      runner_(*plan_),
      views_(options.ten_crop ? kTenCrop : 1),
      max_pixels_(options.max_pixels),
      kept_(std::move(kept)) {
  for (int64_t i = 0; i < classes(); ++i) {
    labels_.push_back(model_->model()->Label(i));
  }
}

Status Session::Preprocess(const Image& image, std::span<float> views) const {
  const size_t wanted = static_cast<size_t>(views_ * view_elements());
  if (views.size() < wanted) {
    return InvalidArgumentError(
               fmt::format("is {}, but the views take {} floats", views.size(),
                           wanted))
        .WithField("size");
  }
  return views_ == kTenCrop
             ? RenderTenCrop(image, model().preprocessing(), views.data())
             : RenderCentre(image, model().preprocessing(), views.data());
}

Status Session::Run(std::span<const float> views, int64_t count,
                    std::span<float> output, const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(CheckOutput(count, classes(), output));
  ALEXNET_RETURN_IF_ERROR(CheckViews(count, views_ * view_elements(), views));
  ClearActivations();
  return RunViews(views.data(), count, output.data(), interrupt);
}

Status Session::RenderPicture(const Pictures& pictures, int64_t i,
                              std::span<float> views) const {
  const Result<Image> image = pictures.read(i);
  const Status status = image.ok() ? Preprocess(*image, views) : image.status();
  return status.ok() || !pictures.named ? status : pictures.named(i, status);
}

Status Session::RunPictures(const Pictures& pictures, std::span<float> output,
                            const Interrupt& interrupt) {
  const int64_t count = pictures.count;
  ALEXNET_RETURN_IF_ERROR(CheckOutput(count, classes(), output));
  const int64_t part =
      std::min(count, std::max<int64_t>(1, plan_->batch() / views_));
  const int64_t each = views_ * view_elements();
  pictures_.resize(static_cast<size_t>(part * each));
  ClearActivations();
  for (int64_t first = 0; first < count; first += part) {
    const int64_t here = std::min(part, count - first);
    for (int64_t i = 0; i < here; ++i) {
      ALEXNET_RETURN_IF_ERROR(interrupt.Check());
      ALEXNET_RETURN_IF_ERROR(RenderPicture(
          pictures, first + i,
          std::span<float>(pictures_).subspan(static_cast<size_t>(i * each),
                                              static_cast<size_t>(each))));
    }
    ALEXNET_RETURN_IF_ERROR(RunViews(pictures_.data(), here,
                                     output.data() + first * classes(),
                                     Interrupt()));
  }
  return Status();
}

Status Session::RunViews(const float* views, int64_t count, float* output,
                         const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  const int64_t total = count * views_;
  const auto after = [&](int64_t first, int64_t here) -> Status {
    ALEXNET_RETURN_IF_ERROR(KeepActivations(here));
    return first + here < total ? interrupt.Check() : Status();
  };
  return runner_.RunSamples(views, count, views_, output, std::cref(after));
}

Result<std::vector<float>> Session::Classify(const std::string& path,
                                             const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(CheckClassifies(model()));
  std::vector<float> row(static_cast<size_t>(classes()));
  const Pictures pictures{
      1, [&](int64_t) { return LoadImage(path, {max_pixels_}); },
      [&](int64_t, const Status& error) { return error.WithFile(path); }};
  ALEXNET_RETURN_IF_ERROR(RunPictures(pictures, row, interrupt));
  return row;
}

Result<std::vector<Prediction>> Session::Top(std::span<const float> row,
                                             size_t count) const {
  if (row.size() != labels_.size()) {
    return InvalidArgumentError(
               fmt::format("is {}, but the network has {} classes", row.size(),
                           labels_.size()))
        .WithField("row_size");
  }
  std::vector<Prediction> top;
  for (const int32_t index : LargestOf(row, count)) {
    const size_t i = static_cast<size_t>(index);
    top.push_back({index, row[i], &labels_[i]});
  }
  return top;
}

Status Session::InputGradients(std::span<const float> views,
                               std::span<const int32_t> classes,
                               std::span<float> gradients,
                               const Interrupt& interrupt) {
  const auto count = static_cast<int64_t>(classes.size());
  if (count < 1) {
    return InvalidArgumentError("must be at least 1, not 0").WithField("count");
  }
  const int64_t each = view_elements();
  ALEXNET_RETURN_IF_ERROR(CheckViews(count, views_ * each, views));
  const int64_t total = count * views_;
  if (gradients.size() < static_cast<size_t>(total * each)) {
    return InvalidArgumentError(fmt::format("is {}, but the views take {}",
                                            gradients.size(), total * each))
        .WithField("gradient_size");
  }
  const auto beyond = std::find_if(
      classes.begin(), classes.end(),
      [this](int32_t index) { return index < 0 || index >= this->classes(); });
  if (beyond != classes.end()) {
    return InvalidArgumentError(
               fmt::format("has {} for sample {}; the network has classes 0 to "
                           "{}",
                           *beyond, beyond - classes.begin(),
                           this->classes() - 1))
        .WithField("classes");
  }
  if (gradient_plan_ == nullptr) {
    if (computers_.several()) {
      return UnsupportedError(
                 "gradients are computed on one device; make a session on "
                 "one (`device`)")
          .WithField("devices");
    }
    const std::shared_ptr<Backend>& backend = computers_.ranks.backends.front();
    ALEXNET_ASSIGN_OR_RETURN(
        gradient_plan_,
        InputGradientPlan::Compile(model().network(), backend,
                                   model_->Packed(*backend)->source(),
                                   plan_->batch()));
  }
  const int64_t batch = gradient_plan_->batch();
  std::vector<int32_t> units(static_cast<size_t>(batch));
  std::vector<float> staged;  // of a last part that fills no batch
  for (int64_t first = 0; first < total; first += batch) {
    ALEXNET_RETURN_IF_ERROR(interrupt.Check());
    const int64_t here = std::min(batch, total - first);
    for (int64_t i = 0; i < batch; ++i) {
      const int64_t view = first + std::min(i, here - 1);
      units[static_cast<size_t>(i)] =
          classes[static_cast<size_t>(view / views_)];
    }
    const float* from = views.data() + first * each;
    float* to = gradients.data() + first * each;
    if (here == batch) {
      ALEXNET_RETURN_IF_ERROR(gradient_plan_->Run(from, units.data(), to));
      continue;
    }
    staged.assign(static_cast<size_t>(2 * batch * each), 0.0f);
    std::copy_n(from, here * each, staged.begin());
    float* const made = staged.data() + batch * each;
    ALEXNET_RETURN_IF_ERROR(
        gradient_plan_->Run(staged.data(), units.data(), made));
    std::copy_n(made, here * each, to);
  }
  return Status();
}

Result<LayerOutput> Session::Activation(size_t index) const {
  if (index >= kept_.size()) {
    return NotFoundError(
               fmt::format("the session was asked for {} layers' outputs, not "
                           "{}; name them in its options (`activations`)",
                           kept_.size(), index))
        .WithField("index");
  }
  const Kept& kept = kept_[index];
  if (kept.values.empty()) {
    return FailedPreconditionError("nothing was run yet").WithField("session");
  }
  const int64_t views =
      static_cast<int64_t>(kept.values.size()) / kept.shape.elements();
  return LayerOutput{kept.values, WithBatch(kept.shape, views)};
}

Status Session::KeepActivations(int64_t views) {
  const int64_t batch = plan_->batch();
  for (Kept& kept : kept_) {
    const int64_t each = kept.shape.elements();
    const size_t before = kept.values.size();
    kept.values.resize(before + static_cast<size_t>(batch * each));
    ALEXNET_RETURN_IF_ERROR(
        plan_->Blob(kept.layer, kept.values.data() + before));
    kept.values.resize(before + static_cast<size_t>(views * each));
  }
  return Status();
}

void Session::ClearActivations() {
  for (Kept& each : kept_) each.values.clear();
}

}  // namespace alexnet
