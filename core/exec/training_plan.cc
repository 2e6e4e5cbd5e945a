#include "core/exec/training_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/exec/bind_kernels.h"
#include "core/exec/plan_memory.h"

namespace alexnet {
TrainingPlan::TrainingPlan(const Network& network,
                           std::shared_ptr<Backend> backend,
                           const TrainingPlanOptions& options)
    : network_(network), options_(options), backend_(std::move(backend)) {}

Status TrainingPlan::Prepare(ParameterSource& source) {
  if (options_.pixels && backend_->device().is_host()) {
    return UnsupportedError("the host takes pictures as floats, not pixels");
  }
  if (options_.part != nullptr) {
    info_ = options_.part->info();
  } else {
    ALEXNET_ASSIGN_OR_RETURN(info_, InferNetwork(network_));
  }
  GraphOptions options;
  options.batch = options_.batch;
  options.part = options_.part.get();
  options.training = true;
  options.layers = static_cast<int>(network_.layers.size());
  // The loss takes logits.
  if (As<Softmax>(network_.layers.back()) != nullptr) --options.layers;
  options.first_learning = options.layers;
  for (const ParameterInfo& parameter : info_.parameters) {
    if (parameter.rule.rate != 0.0f) {
      options.first_learning =
          std::min(options.first_learning, parameter.layer);
    }
  }
  ALEXNET_ASSIGN_OR_RETURN(graph_,
                           BuildGraph(network_, info_, *backend_, options));
  FindFirstBackward();
  memory_ = PlanTrainingMemory(graph_, first_backward_);
  return backend_->Run([&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(parameters_.Init(graph_, info_, *backend_, source,
                                             options_.part.get()));
    ALEXNET_ASSIGN_OR_RETURN(updater_,
                             backend_->CreateUpdater(parameters_.tensors()));
    ALEXNET_RETURN_IF_ERROR(Allocate());
    return BindBuffers();
  });
}

LayerShare TrainingPlan::ShareOfLoss() const {
  return ShareOf(options_.part.get(), info_.logits_layer + 1, options_.batch);
}

StepSlotSizes TrainingPlan::SlotSizes() const {
  StepSlotSizes sizes;
  sizes.batch = graph_.blobs.front().shape[0];
  sizes.layers = static_cast<int64_t>(network_.layers.size());
  if (options_.pixels) {
    sizes.pixel_bytes = sizes.batch * options_.pixels->canvas.bytes();
  } else {
    sizes.image_bytes = graph_.blobs.front().bytes;
  }
  return sizes;
}

Status TrainingPlan::Allocate() {
  Device& device = backend_->device();
  const StepSlotSizes sizes = SlotSizes();
  const int64_t loss_bytes = backend_->LossScratchBytes(ShareOfLoss().samples);
  int64_t rendered_bytes = 0;
  if (options_.pixels) {
    const bool exchanged =
        options_.part != nullptr && options_.part->HasExchange(0);
    input_blob_ = !exchanged && graph_.nodes.front().layer < 0 ? 1 : 0;
    if (input_blob_ == 0) rendered_bytes = graph_.blobs.front().bytes;
  }
  input_bytes_ = kQueuedSteps * sizes.device_bytes(device.is_host()) +
                 rendered_bytes + loss_bytes;
  ALEXNET_RETURN_IF_ERROR(
      CheckRoom(device, memory_.bytes + input_bytes_, options_.batch));
  ALEXNET_ASSIGN_OR_RETURN(arena_,
                           device.Allocate(memory_.bytes, /*zero=*/false));
  ALEXNET_ASSIGN_OR_RETURN(loss_scratch_,
                           device.Allocate(loss_bytes, /*zero=*/false));
  if (rendered_bytes > 0) {
    ALEXNET_ASSIGN_OR_RETURN(input_,
                             device.Allocate(rendered_bytes, /*zero=*/false));
  }
  if (options_.pixels && options_.pixels->mean_image != nullptr) {
    const auto& values = options_.pixels->mean_image->values;
    const int64_t bytes = static_cast<int64_t>(values.size()) * 4;
    ALEXNET_ASSIGN_OR_RETURN(mean_image_,
                             device.Allocate(bytes, /*zero=*/false));
    ALEXNET_RETURN_IF_ERROR(device.Upload(values.data(), bytes,
                                          mean_image_.data(), Queue::kCompute));
    input_bytes_ += bytes;
  }
  for (StepSlot& slot : slots_) {
    ALEXNET_RETURN_IF_ERROR(slot.Create(device, sizes));
  }
  return device.Finish();
}

void TrainingPlan::FindFirstBackward() {
  const auto learns = [&](const GraphNode& node) {
    return std::any_of(info_.parameters.begin(), info_.parameters.end(),
                       [&](const ParameterInfo& parameter) {
                         return node.layer >= 0 &&
                                parameter.layer == node.layer &&
                                parameter.rule.rate != 0.0f;
                       });
  };
  first_backward_ = static_cast<int>(
      std::find_if(graph_.nodes.begin(), graph_.nodes.end(), learns) -
      graph_.nodes.begin());
}

Status TrainingPlan::BindBuffers() {
  const size_t n = graph_.nodes.size();
  BindKernels(graph_, memory_, arena_.data(), parameters_, &forward_,
              &backward_);
  relu_layer_.assign(n, -1);
  dead_units_.assign(network_.layers.size(), -1.0f);
  for (size_t i = 0; i < n; ++i) {
    const GraphNode& node = graph_.nodes[i];
    const int last_layer = node.fused >= 0 ? node.fused : node.layer;
    if (last_layer >= 0) {
      const auto* activation =
          As<Activation>(network_.layers[static_cast<size_t>(last_layer)]);
      if (activation != nullptr && activation->kind == ActivationKind::kRelu) {
        relu_layer_[i] = last_layer;
      }
    }
  }
  return Status();
}

Status TrainingPlan::CheckInput(const StepInput& input) const {
  const bool given = options_.pixels ? input.pixels.pixels != nullptr &&
                                           input.pixels.views != nullptr
                                     : input.images != nullptr;
  if (!given || input.labels == nullptr) {
    return InvalidArgumentError(
        fmt::format("{} and labels must not be null",
                    options_.pixels ? "pixels" : "images"));
  }
  const int64_t samples = graph_.blobs.front().shape[0];
  for (int64_t n = 0; n < samples; ++n) {
    if (input.labels[n] < 0 || input.labels[n] >= info_.classes) {
      return InvalidArgumentError(
                 fmt::format("sample {} has label {}; the network has classes "
                             "0 to {}",
                             n, input.labels[n], info_.classes - 1))
          .WithField("labels");
    }
  }
  return Status();
}

Result<StepResult> TrainingPlan::Gradients(const StepInput& input) {
  ALEXNET_RETURN_IF_ERROR(Send(input, {}, /*update=*/false));
  return Take();
}

Result<StepResult> TrainingPlan::Step(const StepInput& input,
                                      const UpdateRule& rule) {
  ALEXNET_RETURN_IF_ERROR(Enqueue(input, rule));
  return Take();
}

Status TrainingPlan::Enqueue(const StepInput& input, const UpdateRule& rule) {
  return Send(input, rule, /*update=*/true);
}

Result<StepResult> TrainingPlan::Await() {
  if (taken_ == sent_) {
    return FailedPreconditionError("no step is under way; Enqueue one first");
  }
  return Take();
}

Status TrainingPlan::Repeat(int steps) {
  if (sent_ == 0 || taken_ != sent_) {
    return FailedPreconditionError(
        "there must have been a step, and none under way");
  }
  StepSlot& slot = slots_[0];
  return OnAllRanks(backend_->Run([&]() -> Status {
    for (int i = 0; i < steps; ++i) {
      ALEXNET_RETURN_IF_ERROR(slot.Launch(slot.variant()));
    }
    return backend_->device().Finish();
  }));
}

Status TrainingPlan::OnAllRanks(const Status& status) {
  if (status.ok() || options_.part == nullptr) return status;
  options_.part->Abandon(status);
  // What the step has sent may still use memory that its owner frees next.
  static_cast<void>(
      backend_->Run([this] { return backend_->device().Finish(); }));
  return status;
}

Status TrainingPlan::Send(const StepInput& input, const UpdateRule& rule,
                          bool update) {
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(CheckInput(input)));
  if (sent_ - taken_ == kQueuedSteps) {
    return FailedPreconditionError(
        fmt::format("{} steps are under way; Await one first", kQueuedSteps));
  }
  StepSlot& slot = slots_[static_cast<size_t>(sent_ % kQueuedSteps)];
  StepVariant variant;
  variant.update = update;
  variant.count_dead_units = input.count_dead_units;
  // By reference: a closure of more than two words would be allocated.
  const auto work = [&]() -> Status {
    if (!slot.Has(variant)) {
      ALEXNET_RETURN_IF_ERROR(slot.Record(
          variant, [this, &slot, variant] { return RunStep(slot, variant); },
          options_.part.get()));
    }
    if (options_.part != nullptr) {
      ALEXNET_RETURN_IF_ERROR(options_.part->BeginStep());
    }
    return slot.Send(input, rule, variant);
  };
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(backend_->Run(std::cref(work))));
  ++sent_;
  return Status();
}

Result<StepResult> TrainingPlan::Take() {
  StepSlot& slot = slots_[static_cast<size_t>(taken_ % kQueuedSteps)];
  ++taken_;
  const auto work = [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(slot.Wait());
    return options_.part != nullptr ? options_.part->CheckStep() : Status();
  };
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(backend_->Run(std::cref(work))));
  const StepOutcome& outcome = slot.outcome();
  StepResult result;
  result.loss = outcome.loss.loss_sum / static_cast<double>(options_.batch);
  result.correct = outcome.loss.correct;
  if (slot.variant().update) {
    result.gradient_norm = std::sqrt(outcome.squared_norm);
    result.diverged = Diverges(outcome, slot.rule());
  }
  if (slot.variant().count_dead_units) {
    for (size_t i = 0; i < relu_layer_.size(); ++i) {
      if (relu_layer_[i] < 0) continue;
      const size_t layer = static_cast<size_t>(relu_layer_[i]);
      const Shape& given = graph_.blobs[i + 1].shape;
      const int64_t units = given.elements() / given[0];
      dead_units_[layer] = static_cast<float>(slot.dead_units()[layer]) /
                           static_cast<float>(units);
    }
  }
  return result;
}

Status TrainingPlan::RunStep(StepSlot& slot, const StepVariant& variant) {
  ALEXNET_RETURN_IF_ERROR(Forward(slot, variant.count_dead_units));
  ALEXNET_RETURN_IF_ERROR(ComputeLoss(slot));
  ALEXNET_RETURN_IF_ERROR(Backward(slot));
  StepOutcome* outcome = slot.device_outcome();
  if (variant.update) ALEXNET_RETURN_IF_ERROR(updater_->FindNorm(outcome));
  // Before anybody looks whether the step diverges, so that ranks agree.
  if (options_.part != nullptr) {
    ALEXNET_RETURN_IF_ERROR(options_.part->SumOutcome(outcome));
  }
  if (!variant.update) return Status();
  return updater_->Update(slot.device_state(), outcome);
}

Status TrainingPlan::Forward(const StepSlot& slot, bool count_dead_units) {
  size_t first = 0;
  if (options_.pixels) {
    ALEXNET_RETURN_IF_ERROR(RenderInput(slot));
    first = static_cast<size_t>(input_blob_);
  } else {
    forward_.front().src = slot.device_images();
  }
  for (size_t i = first; i < forward_.size(); ++i) {
    forward_[i].random = &slot.device_state()->random;
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Forward(forward_[i]));
    if (!count_dead_units || relu_layer_[i] < 0) continue;
    ALEXNET_RETURN_IF_ERROR(
        backend_->CountDeadUnits(graph_.blobs[i + 1], forward_[i].dst,
                                 slot.device_dead_units() + relu_layer_[i]));
  }
  return Status();
}

Status TrainingPlan::RenderInput(const StepSlot& slot) {
  PixelArgs args;
  args.canvas = options_.pixels->canvas;
  args.pixels = slot.device_pixels();
  args.views = slot.device_views();
  if (const MeanImage* mean = options_.pixels->mean_image.get()) {
    args.mean = {reinterpret_cast<const float*>(mean_image_.data()),
                 mean->height, mean->width};
  }
  void* blob = input_blob_ == 0 ? input_.data() : At(memory_.blobs[1]);
  if (input_blob_ == 0) forward_.front().src = blob;
  return backend_->RenderPixels(
      args, graph_.blobs[static_cast<size_t>(input_blob_)], blob);
}

Status TrainingPlan::ComputeLoss(const StepSlot& slot) {
  const LayerShare share = ShareOfLoss();
  const LayerShare given = ShareOf(options_.part.get(), 0, options_.batch);
  LossArgs args;
  args.logits = static_cast<const float*>(forward_.back().dst);
  args.labels =
      slot.device_labels() + share.part.first_sample - given.part.first_sample;
  args.batch = share.samples;
  args.divisor = options_.batch;
  args.classes = info_.classes;
  args.label_smoothing = options_.label_smoothing;
  args.gradient = static_cast<float*>(At(memory_.gradients.back()));
  args.scratch = loss_scratch_.data();
  args.result = &slot.device_outcome()->loss;
  return backend_->Loss(args);
}

Status TrainingPlan::Backward(const StepSlot& slot) {
  if (first_backward_ == 0 &&
      graph_.nodes.front().kernel->memory().backward_reads_src) {
    backward_.front().src = forward_.front().src;
  }
  for (size_t i = backward_.size();
       i-- > static_cast<size_t>(first_backward_);) {
    backward_[i].random = &slot.device_state()->random;
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Backward(backward_[i]));
    ALEXNET_RETURN_IF_ERROR(SumGradients(i));
  }
  return options_.part != nullptr ? options_.part->FinishGradients() : Status();
}

Status TrainingPlan::SumGradients(size_t node) {
  if (options_.part == nullptr) return Status();
  for (const int parameter :
       {graph_.nodes[node].weight, graph_.nodes[node].bias}) {
    void* gradient = parameters_.Data(parameter, ParameterPart::kGradient);
    if (gradient == nullptr) continue;
    ALEXNET_RETURN_IF_ERROR(options_.part->SumGradient(parameter, gradient));
  }
  return Status();
}

std::string TrainingPlan::Describe() const {
  std::string text = fmt::format(
      "training of {}, batch {}, on {} with {} threads, arena {} bytes\n",
      network_.name, options_.batch, backend_->name(), backend_->threads(),
      arena_.size());
  if (options_.part != nullptr && !options_.part->recordable()) {
    text +=
        "steps are sent anew each time, since what these ranks exchange cannot "
        "be recorded\n";
  }
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    std::string place = fmt::format(" @{}", memory_.blobs[i + 1]);
    place += static_cast<int>(i) < first_backward_
                 ? ", forward only"
                 : fmt::format(", gradient @{}", memory_.gradients[i + 1]);
    text += DescribeNode(graph_, network_, static_cast<int>(i), place);
  }
  return text;
}

Result<std::unique_ptr<TrainingPlan>> TrainingPlan::Compile(
    const Network& network, std::shared_ptr<Backend> backend,
    ParameterSource& source, const TrainingPlanOptions& options) {
  std::unique_ptr<TrainingPlan> plan(
      new TrainingPlan(network, std::move(backend), options));
  ALEXNET_RETURN_IF_ERROR(plan->Prepare(source));
  return plan;
}

}  // namespace alexnet
