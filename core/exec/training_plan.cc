#include "core/exec/training_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

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
  ALEXNET_RETURN_IF_ERROR(BuildGraphs());
  return backend_->Run([&]() -> Status {
    std::vector<const Graph*> graphs = {&chain_.graph()};
    for (const TrainingChain& pass : passes_.chains()) {
      graphs.push_back(&pass.graph());
    }
    ALEXNET_RETURN_IF_ERROR(parameters_.Init(graphs, info_, *backend_, source,
                                             options_.part.get()));
    ALEXNET_RETURN_IF_ERROR(CreateUpdater());
    return Allocate();
  });
}

Status TrainingPlan::BuildGraphs() {
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
  const LayerPasses passes = PassesOf(options.part);
  GraphOptions before = options;
  if (passes.count > 1) before.layers = passes.first;
  ALEXNET_ASSIGN_OR_RETURN(Graph graph,
                           BuildGraph(network_, info_, *backend_, before));
  chain_.Set(std::move(graph), info_, /*source_learns=*/false);
  if (passes.count == 1) return Status();
  return passes_.Build(network_, info_, *backend_, options, chain_.learns());
}

Status TrainingPlan::CreateUpdater() {
  const LayerPasses passes = PassesOf(options_.part.get());
  const int end = passes.update_each ? passes.first
                                     : static_cast<int>(network_.layers.size());
  std::vector<SgdTensor> tensors = parameters_.TensorsOf(0, end);
  if (passes.update_each && tensors.empty()) return Status();
  ALEXNET_ASSIGN_OR_RETURN(updater_,
                           backend_->CreateUpdater(std::move(tensors)));
  return DeferUpdate();
}

Status TrainingPlan::DeferUpdate() {
  if (backend_->device().is_host() ||
      PassesOf(options_.part.get()).update_each) {
    return Status();
  }
  const std::vector<Layer>& layers = network_.layers;
  const auto first = std::ranges::find_if(layers, [](const Layer& layer) {
    return As<FullyConnected>(layer) != nullptr;
  });
  if (std::none_of(layers.begin(), first, [](const Layer& layer) {
        return As<Convolution>(layer) != nullptr;
      })) {
    return Status();
  }
  const int layer = static_cast<int>(first - layers.begin());
  std::vector<SgdTensor> late =
      parameters_.TensorsOf(layer, static_cast<int>(layers.size()));
  if (late.empty()) return Status();
  // Its own node, or the end of those before the passes.
  const std::vector<GraphNode>& nodes = chain_.graph().nodes;
  deferred_until_ = static_cast<size_t>(
      std::ranges::find_if(
          nodes, [&](const GraphNode& node) { return node.layer >= layer; }) -
      nodes.begin());
  ALEXNET_ASSIGN_OR_RETURN(
      early_updater_, backend_->CreateUpdater(parameters_.TensorsOf(0, layer)));
  ALEXNET_RETURN_IF_ERROR(deferred_.Create(*backend_, std::move(late)));
  first_deferred_ = layers[static_cast<size_t>(layer)].name;
  return Status();
}

LayerShare TrainingPlan::ShareOfLoss(int pass) const {
  return ShareOf(options_.part.get(), info_.logits_layer + 1, options_.batch,
                 pass);
}

StepSlotSizes TrainingPlan::SlotSizes() const {
  StepSlotSizes sizes;
  sizes.batch = chain_.graph().blobs.front().shape[0];
  sizes.layers = static_cast<int64_t>(network_.layers.size());
  if (options_.pixels) {
    sizes.pixel_bytes = sizes.batch * options_.pixels->canvas.bytes();
  } else {
    sizes.image_bytes = chain_.graph().blobs.front().bytes;
  }
  const LayerPasses passes = PassesOf(options_.part.get());
  if (passes.update_each) sizes.pass_outcomes = passes.count;
  return sizes;
}

Status TrainingPlan::Allocate() {
  Device& device = backend_->device();
  const StepSlotSizes sizes = SlotSizes();
  const Graph& graph = chain_.graph();
  int64_t loss_samples = 0;
  for (int pass = 0; pass < PassesOf(options_.part.get()).count; ++pass) {
    loss_samples = std::max(loss_samples, ShareOfLoss(pass).samples);
  }
  const int64_t loss_bytes = backend_->LossScratchBytes(loss_samples);
  int64_t rendered_bytes = 0;
  if (options_.pixels) {
    const bool exchanged =
        options_.part != nullptr && options_.part->HasExchange(0);
    input_blob_ = !exchanged && graph.nodes.front().layer < 0 ? 1 : 0;
    if (input_blob_ == 0) rendered_bytes = graph.blobs.front().bytes;
  }
  input_bytes_ = kQueuedSteps * sizes.device_bytes(device.is_host()) +
                 rendered_bytes + loss_bytes;
  ALEXNET_RETURN_IF_ERROR(
      CheckRoom(device, chain_.arena_bytes() + input_bytes_, options_.batch));
  ALEXNET_ASSIGN_OR_RETURN(
      arena_, device.Allocate(chain_.arena_bytes(), /*zero=*/false));
  chain_.Bind(network_, arena_.data(), parameters_);
  if (in_passes()) ALEXNET_RETURN_IF_ERROR(passes_.Allocate(parameters_));
  dead_units_.assign(network_.layers.size(), -1.0f);
  if (options_.part != nullptr) {
    std::vector<const TrainingChain*> chains = {&chain_};
    for (const TrainingChain& pass : passes_.chains()) chains.push_back(&pass);
    ALEXNET_RETURN_IF_ERROR(
        rank_dead_units_.Create(*backend_, *options_.part, chains,
                                static_cast<int>(network_.layers.size())));
    input_bytes_ += rank_dead_units_.bytes();
  }
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
  if (!options_.class_weights.empty()) {
    const int64_t bytes = info_.classes * int64_t{sizeof(float)};
    if (static_cast<int64_t>(options_.class_weights.size()) != info_.classes) {
      return InternalError("there is not one weight for each class");
    }
    ALEXNET_ASSIGN_OR_RETURN(class_weights_,
                             device.Allocate(bytes, /*zero=*/false));
    ALEXNET_RETURN_IF_ERROR(device.Upload(options_.class_weights.data(), bytes,
                                          class_weights_.data(),
                                          Queue::kCompute));
    input_bytes_ += bytes;
  }
  for (StepSlot& slot : slots_) {
    ALEXNET_RETURN_IF_ERROR(slot.Create(device, sizes));
  }
  return device.Finish();
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
  const int64_t samples = chain_.graph().blobs.front().shape[0];
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

Status TrainingPlan::CheckRule(const UpdateRule& rule) const {
  if (rule.clip_gradient_norm == 0.0f ||
      !PassesOf(options_.part.get()).update_each) {
    return Status();
  }
  return InvalidArgumentError(
             "layers that are updated after each pass cannot wait for the norm "
             "of all gradients, by which they would be clipped; use 0")
      .WithField("clip_gradient_norm");
}

Result<StepResult> TrainingPlan::Gradients(const StepInput& input) {
  ALEXNET_RETURN_IF_ERROR(Send(input, {}, /*update=*/false, {}));
  return Take();
}

Result<StepResult> TrainingPlan::Step(const StepInput& input,
                                      const UpdateRule& rule) {
  ALEXNET_RETURN_IF_ERROR(Enqueue(input, rule));
  return Take();
}

Status TrainingPlan::Enqueue(const StepInput& input, const UpdateRule& rule,
                             const Interrupt& interrupt) {
  return Send(input, rule, /*update=*/true, interrupt);
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
  if (options_.part != nullptr) {
    return FailedPreconditionError("ranks have to begin each step together");
  }
  StepSlot& slot = slots_[0];
  return backend_->Run([&]() -> Status {
    for (int i = 0; i < steps; ++i) {
      ALEXNET_RETURN_IF_ERROR(slot.Launch(slot.variant()));
      if (slot.variant().update && deferred_.exists()) deferred_.Launched();
    }
    return backend_->device().Finish();
  });
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
                          bool update, const Interrupt& interrupt) {
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(CheckInput(input)));
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(CheckRule(rule)));
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
    ALEXNET_RETURN_IF_ERROR(update ? deferred_.Settle() : deferred_.Flush());
    ALEXNET_RETURN_IF_ERROR(slot.Send(input, rule, variant));
    if (update && deferred_.exists()) deferred_.Launched();
    return Status();
  };
  // A device would record it.
  if (backend_->device().is_host() && options_.part == nullptr) {
    interrupt_ = interrupt;
  }
  const Status sent = backend_->Run(std::cref(work));
  interrupt_ = {};
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(sent));
  ++sent_;
  return Status();
}

Result<StepResult> TrainingPlan::Take() {
  StepSlot& slot = slots_[static_cast<size_t>(taken_ % kQueuedSteps)];
  ++taken_;
  Status done = backend_->Await(slot.done());
  if (done.ok() && options_.part != nullptr) {
    done = backend_->Run([this] { return options_.part->CheckStep(); });
  }
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(done));
  const StepOutcome& outcome = slot.outcome();
  StepResult result;
  result.loss = outcome.loss.loss_sum / static_cast<double>(options_.batch);
  result.correct = std::llround(outcome.loss.correct);
  if (slot.variant().update) {
    double squared_norm = outcome.squared_norm;
    result.diverged = Diverges(outcome, slot.rule());
    for (int pass = 0; pass < slot.pass_outcomes(); ++pass) {
      squared_norm += slot.pass_outcome(pass).squared_norm;
      result.diverged |= Diverges(slot.pass_outcome(pass), slot.rule());
    }
    result.gradient_norm = std::sqrt(squared_norm);
  }
  if (slot.variant().count_dead_units) {
    if (options_.part != nullptr) {
      rank_dead_units_.Read(slot.dead_units(), &dead_units_);
    } else {
      chain_.ReadDeadUnits(slot.dead_units(), &dead_units_);
    }
  }
  return result;
}

Status TrainingPlan::RunStep(StepSlot& slot, const StepVariant& variant) {
  const TrainingChain::Rectified count =
      [this, &slot](int layer, const Format& format, const void* blob) {
        return options_.part != nullptr
                   ? rank_dead_units_.Mark(layer, format, blob)
                   : backend_->CountDeadUnits(format, blob,
                                              slot.device_dead_units() + layer);
      };
  const TrainingChain::Rectified* const rectified =
      variant.count_dead_units ? &count : nullptr;
  const bool over_ranks = rectified != nullptr && options_.part != nullptr;
  if (over_ranks) {
    ALEXNET_RETURN_IF_ERROR(rank_dead_units_.Begin(slot.device_dead_units()));
  }
  ALEXNET_RETURN_IF_ERROR(Forward(slot, variant, rectified));
  const auto loss = [this, &slot](int pass, const float* logits,
                                  float* gradient) {
    return ComputeLoss(slot, pass, logits, gradient);
  };
  if (in_passes()) {
    ALEXNET_RETURN_IF_ERROR(
        passes_.Run(slot, variant, chain_.output(), chain_.output_gradient(),
                    chain_.graph().blobs.back().bytes, rectified, loss));
  } else {
    ALEXNET_RETURN_IF_ERROR(
        loss(/*pass=*/0, chain_.output(), chain_.output_gradient()));
  }
  ALEXNET_RETURN_IF_ERROR(Backward(slot));
  if (over_ranks) {
    ALEXNET_RETURN_IF_ERROR(rank_dead_units_.Count(slot.device_dead_units()));
  }
  StepOutcome* outcome = slot.device_outcome();
  const bool update = variant.update && updater_ != nullptr;
  if (update) ALEXNET_RETURN_IF_ERROR(updater_->FindNorm(outcome));
  // Before anybody looks whether the step diverges, so that ranks agree.
  if (options_.part != nullptr) {
    ALEXNET_RETURN_IF_ERROR(options_.part->SumOutcome(outcome));
  }
  if (!update) return Status();
  if (!deferred_.exists()) {
    return updater_->Update(slot.device_state(), outcome);
  }
  ALEXNET_RETURN_IF_ERROR(early_updater_->Update(slot.device_state(), outcome));
  return deferred_.Leave(slot.device_state(), outcome);
}

Status TrainingPlan::Forward(const StepSlot& slot, const StepVariant& variant,
                             const TrainingChain::Rectified* rectified) {
  const bool deferred = variant.update && deferred_.exists();
  if (deferred) ALEXNET_RETURN_IF_ERROR(deferred_.Begin());
  size_t first = 0;
  if (options_.pixels) {
    ALEXNET_RETURN_IF_ERROR(RenderInput(slot));
    first = static_cast<size_t>(input_blob_);
  } else {
    chain_.SetSource(slot.device_images());
  }
  const auto forward = [&](size_t from, size_t end) {
    return chain_.Forward(&slot.device_state()->random, from, end, rectified,
                          [this] { return interrupt_.Check(); });
  };
  if (!deferred) return forward(first, chain_.nodes());
  ALEXNET_RETURN_IF_ERROR(forward(first, deferred_until_));
  ALEXNET_RETURN_IF_ERROR(deferred_.Join());
  return forward(deferred_until_, chain_.nodes());
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
  void* blob = input_blob_ == 0 ? input_.data() : chain_.blob(1);
  if (input_blob_ == 0) chain_.SetSource(blob);
  return backend_->RenderPixels(
      args, chain_.graph().blobs[static_cast<size_t>(input_blob_)], blob);
}

Status TrainingPlan::ComputeLoss(const StepSlot& slot, int pass,
                                 const float* logits, float* gradient) {
  const LayerShare share = ShareOfLoss(pass);
  // Another rank's samples.
  if (share.samples == 0) return Status();
  const LayerShare given = ShareOf(options_.part.get(), 0, options_.batch);
  LossArgs args;
  args.logits = logits;
  args.labels =
      slot.device_labels() + share.part.first_sample - given.part.first_sample;
  args.batch = share.samples;
  args.divisor = options_.batch;
  args.classes = info_.classes;
  args.label_smoothing = options_.label_smoothing;
  if (!options_.class_weights.empty()) {
    args.class_weights = reinterpret_cast<const float*>(class_weights_.data());
  }
  args.gradient = gradient;
  args.scratch = loss_scratch_.data();
  args.result = &slot.device_outcome()->loss;
  return backend_->Loss(args);
}

Status TrainingPlan::Backward(const StepSlot& slot) {
  ALEXNET_RETURN_IF_ERROR(
      chain_.Backward(&slot.device_state()->random,
                      [this](size_t node) { return SumGradients(node); }));
  return options_.part != nullptr ? options_.part->FinishGradients() : Status();
}

Status TrainingPlan::SumGradients(size_t node) {
  if (options_.part == nullptr) return interrupt_.Check();
  const GraphNode& written = chain_.graph().nodes[node];
  for (const int parameter : {written.weight, written.bias}) {
    void* gradient = parameters_.Data(parameter, ParameterPart::kGradient);
    if (gradient == nullptr) continue;
    ALEXNET_RETURN_IF_ERROR(options_.part->SumGradient(parameter, gradient));
  }
  return Status();
}

Capture TrainingPlan::capture() const {
  Capture all =
      backend_->device().is_host() ? Capture::kNone : Capture::kPending;
  for (const StepSlot& slot : slots_) all = Together(all, slot.capture());
  return all;
}

std::string TrainingPlan::Describe() const {
  std::string text = fmt::format(
      "training of {}, batch {}, on {} with {} threads, arena {} bytes, "
      "captured: {}\n",
      network_.name, options_.batch, backend_->name(), backend_->threads(),
      arena_bytes(), CaptureWord(capture()));
  if (deferred_.exists()) {
    text += fmt::format(
        "the update of the layers from {} on is deferred to the next step\n",
        first_deferred_);
  }
  if (options_.part != nullptr && !options_.part->recordable()) {
    text +=
        "steps are sent anew each time, since what these ranks exchange cannot "
        "be recorded\n";
  }
  text += chain_.Describe(network_);
  if (in_passes()) text += passes_.Describe();
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
