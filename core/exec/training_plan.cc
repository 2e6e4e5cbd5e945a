#include "core/exec/training_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/exec/training_parameters.h"

namespace alexnet {
namespace {

class CompiledTraining : public TrainingPlan {
 public:
  CompiledTraining(const Network& network, std::shared_ptr<Backend> backend,
                   const TrainingOptions& options)
      : network_(network), options_(options), backend_(std::move(backend)) {}

  Status Compile(ParameterSource& source);

  Result<StepResult> Gradients(const StepInput& input) override;
  Result<StepResult> Step(const StepInput& input,
                          const UpdateRule& rule) override;

  Status ReadParameter(int parameter, float* dense) const override {
    return parameters_.Read(parameter, ParameterPart::kWeight, dense);
  }
  Status WriteParameter(int parameter, const float* dense) override {
    return parameters_.Write(parameter, ParameterPart::kWeight, dense);
  }
  Status ReadMomentum(int parameter, float* dense) const override {
    return parameters_.Read(parameter, ParameterPart::kVelocity, dense);
  }
  Status WriteMomentum(int parameter, const float* dense) override {
    return parameters_.Write(parameter, ParameterPart::kVelocity, dense);
  }
  Status ReadGradient(int parameter, float* dense) const override {
    return parameters_.Read(parameter, ParameterPart::kGradient, dense);
  }

  std::vector<float> DeadUnits() const override { return dead_units_; }
  const NetworkInfo& info() const override { return info_; }
  int64_t arena_bytes() const override { return arena_.size(); }
  std::string Describe() const override;

 private:
  void* At(int64_t offset) {
    return offset < 0 ? nullptr : arena_.data() + offset;
  }
  void FindFirstBackward();
  Status BindBuffers();
  Status CheckInput(const StepInput& input) const;
  Status RunGradients(const StepInput& input, StepResult* result);
  Status RunStep(const StepInput& input, const UpdateRule& rule,
                 StepResult* result);
  Status Forward(const StepInput& input);
  Status ComputeLoss(const StepInput& input, StepResult* result);
  Status Backward(const StepInput& input);

  const Network network_;
  const TrainingOptions options_;
  const std::shared_ptr<Backend> backend_;
  NetworkInfo info_;
  Graph graph_;
  int first_backward_ = 0;  // node; nodes.size(): nothing learns
  MemoryPlan memory_;
  AlignedBuffer arena_;
  TrainingParameters parameters_;
  std::vector<ForwardArgs> forward_;    // by node
  std::vector<BackwardArgs> backward_;  // by node
  std::vector<int> relu_layer_;         // by node; -1: gives no ReLU's output
  std::vector<float> dead_units_;       // by layer
};

Status CompiledTraining::Compile(ParameterSource& source) {
  ALEXNET_ASSIGN_OR_RETURN(info_, InferNetwork(network_));
  GraphOptions options;
  options.batch = options_.batch;
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
  ALEXNET_ASSIGN_OR_RETURN(arena_, AlignedBuffer::Allocate(memory_.bytes));
  ALEXNET_RETURN_IF_ERROR(backend_->Run(
      [&]() -> Status { return parameters_.Init(graph_, info_, source); }));
  return BindBuffers();
}

void CompiledTraining::FindFirstBackward() {
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

Status CompiledTraining::BindBuffers() {
  const size_t n = graph_.nodes.size();
  forward_.resize(n);
  backward_.resize(n);
  relu_layer_.assign(n, -1);
  dead_units_.assign(network_.layers.size(), -1.0f);
  for (size_t i = 0; i < n; ++i) {
    const GraphNode& node = graph_.nodes[i];
    const KernelMemory& needs = node.kernel->memory();
    ForwardArgs& forward = forward_[i];
    forward.src = At(memory_.blobs[i]);
    forward.dst = At(memory_.blobs[i + 1]);
    forward.weight = parameters_.Data(node.weight, ParameterPart::kWeight);
    forward.bias = parameters_.Data(node.bias, ParameterPart::kWeight);
    forward.saved = At(memory_.saved[i]);
    forward.scratch = At(memory_.scratch[i]);
    BackwardArgs& backward = backward_[i];
    if (needs.backward_reads_src) backward.src = forward.src;
    if (needs.backward_reads_dst) backward.dst = forward.dst;
    backward.dst_gradient = At(memory_.gradients[i + 1]);
    backward.src_gradient = At(memory_.gradients[i]);
    backward.weight = forward.weight;
    backward.weight_gradient =
        parameters_.Data(node.weight, ParameterPart::kGradient);
    backward.bias_gradient =
        parameters_.Data(node.bias, ParameterPart::kGradient);
    backward.saved = forward.saved;
    backward.scratch = At(memory_.backward_scratch[i]);
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

Status CompiledTraining::CheckInput(const StepInput& input) const {
  if (input.images == nullptr || input.labels == nullptr) {
    return InvalidArgumentError("images and labels must not be null");
  }
  for (int64_t n = 0; n < options_.batch; ++n) {
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

Result<StepResult> CompiledTraining::Gradients(const StepInput& input) {
  ALEXNET_RETURN_IF_ERROR(CheckInput(input));
  StepResult result;
  // By reference: a closure of more than two words would be allocated.
  const auto work = [&] { return RunGradients(input, &result); };
  ALEXNET_RETURN_IF_ERROR(backend_->Run(std::cref(work)));
  return result;
}

Result<StepResult> CompiledTraining::Step(const StepInput& input,
                                          const UpdateRule& rule) {
  ALEXNET_RETURN_IF_ERROR(CheckInput(input));
  StepResult result;
  const auto work = [&] { return RunStep(input, rule, &result); };
  ALEXNET_RETURN_IF_ERROR(backend_->Run(std::cref(work)));
  return result;
}

Status CompiledTraining::RunGradients(const StepInput& input,
                                      StepResult* result) {
  ALEXNET_RETURN_IF_ERROR(Forward(input));
  ALEXNET_RETURN_IF_ERROR(ComputeLoss(input, result));
  return Backward(input);
}

Status CompiledTraining::Forward(const StepInput& input) {
  forward_.front().src = input.images;
  for (size_t i = 0; i < forward_.size(); ++i) {
    forward_[i].random = input.random;
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Forward(forward_[i]));
    if (relu_layer_[i] < 0) continue;
    const Format& format = graph_.blobs[i + 1];
    const int64_t units = format.shape.elements() / options_.batch;
    dead_units_[static_cast<size_t>(relu_layer_[i])] =
        static_cast<float>(backend_->CountDeadUnits(format, forward_[i].dst)) /
        static_cast<float>(units);
  }
  return Status();
}

Status CompiledTraining::ComputeLoss(const StepInput& input,
                                     StepResult* result) {
  LossArgs args;
  args.logits = static_cast<const float*>(forward_.back().dst);
  args.labels = input.labels;
  args.batch = options_.batch;
  args.classes = info_.classes;
  args.label_smoothing = options_.label_smoothing;
  args.gradient = static_cast<float*>(At(memory_.gradients.back()));
  ALEXNET_ASSIGN_OR_RETURN(const LossResult loss, backend_->Loss(args));
  result->loss = loss.loss_sum / static_cast<double>(options_.batch);
  result->correct = loss.correct;
  return Status();
}

Status CompiledTraining::Backward(const StepInput& input) {
  if (first_backward_ == 0 &&
      graph_.nodes.front().kernel->memory().backward_reads_src) {
    backward_.front().src = input.images;
  }
  for (size_t i = backward_.size();
       i-- > static_cast<size_t>(first_backward_);) {
    backward_[i].random = input.random;
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Backward(backward_[i]));
  }
  return Status();
}

Status CompiledTraining::RunStep(const StepInput& input, const UpdateRule& rule,
                                 StepResult* result) {
  ALEXNET_RETURN_IF_ERROR(RunGradients(input, result));
  if (!std::isfinite(result->loss)) return Status();
  const std::span<const SgdTensor> tensors =
      parameters_.Tensors(rule.rate, rule.weight_decay);
  float scale = 1.0f;
  if (rule.clip_gradient_norm > 0.0f) {
    ALEXNET_ASSIGN_OR_RETURN(const double squared,
                             backend_->SquaredNorm(tensors));
    result->gradient_norm = std::sqrt(squared);
    if (!std::isfinite(result->gradient_norm)) return Status();
    if (result->gradient_norm > rule.clip_gradient_norm) {
      scale =
          static_cast<float>(rule.clip_gradient_norm / result->gradient_norm);
    }
  }
  return backend_->Sgd(tensors, rule.momentum, scale);
}

std::string CompiledTraining::Describe() const {
  std::string text = fmt::format(
      "training of {}, batch {}, on {} with {} threads, arena {} bytes\n",
      network_.name, options_.batch, backend_->name(), backend_->threads(),
      arena_.size());
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    std::string place = fmt::format(" @{}", memory_.blobs[i + 1]);
    place += static_cast<int>(i) < first_backward_
                 ? ", forward only"
                 : fmt::format(", gradient @{}", memory_.gradients[i + 1]);
    text += DescribeNode(graph_, network_, static_cast<int>(i), place);
  }
  return text;
}

}  // namespace

Result<std::unique_ptr<TrainingPlan>> TrainingPlan::Compile(
    const Network& network, std::shared_ptr<Backend> backend,
    ParameterSource& source, const TrainingOptions& options) {
  auto plan =
      std::make_unique<CompiledTraining>(network, std::move(backend), options);
  ALEXNET_RETURN_IF_ERROR(plan->Compile(source));
  return std::unique_ptr<TrainingPlan>(std::move(plan));
}

}  // namespace alexnet
