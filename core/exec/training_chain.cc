#include "core/exec/training_chain.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/exec/bind_kernels.h"

namespace alexnet {

void TrainingChain::Set(Graph graph, const NetworkInfo& info,
                        bool source_learns) {
  graph_ = std::move(graph);
  const auto learns = [&](const GraphNode& node) {
    return std::any_of(info.parameters.begin(), info.parameters.end(),
                       [&](const ParameterInfo& parameter) {
                         return node.layer >= 0 &&
                                parameter.layer == node.layer &&
                                parameter.rule.rate != 0.0f;
                       });
  };
  const auto first = source_learns ? graph_.nodes.begin()
                                   : std::find_if(graph_.nodes.begin(),
                                                  graph_.nodes.end(), learns);
  first_backward_ = static_cast<size_t>(first - graph_.nodes.begin());
  memory_ = PlanTrainingMemory(graph_, static_cast<int>(first_backward_));
}

void TrainingChain::Bind(const Network& network, std::byte* arena,
                         TrainingParameters& parameters) {
  const size_t n = graph_.nodes.size();
  BindKernels(graph_, memory_, arena, parameters, &forward_, &backward_);
  const int64_t gradient = memory_.gradients.back();
  output_gradient_ =
      gradient < 0 ? nullptr : reinterpret_cast<float*>(arena + gradient);
  relu_layer_.assign(n, -1);
  for (size_t i = 0; i < n; ++i) {
    const GraphNode& node = graph_.nodes[i];
    const int last_layer = node.fused >= 0 ? node.fused : node.layer;
    if (last_layer < 0) continue;
    const auto* activation =
        As<Activation>(network.layers[static_cast<size_t>(last_layer)]);
    if (activation != nullptr && activation->kind == ActivationKind::kRelu) {
      relu_layer_[i] = last_layer;
    }
  }
}

void TrainingChain::SetGradients(size_t node, void* weight, void* bias) {
  backward_[node].weight_gradient = weight;
  backward_[node].bias_gradient = bias;
}

Status TrainingChain::Forward(const RandomState* random, size_t first,
                              size_t end, const Rectified* rectified,
                              const std::function<Status()>& check) {
  for (size_t i = first; i < end; ++i) {
    if (check != nullptr) ALEXNET_RETURN_IF_ERROR(check());
    forward_[i].random = random;
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Forward(forward_[i]));
    if (rectified == nullptr || relu_layer_[i] < 0) continue;
    ALEXNET_RETURN_IF_ERROR(
        (*rectified)(relu_layer_[i], graph_.blobs[i + 1], forward_[i].dst));
  }
  return Status();
}

// The reader's source gradient is that of what the bias was added to, if no
// activation comes after the bias or the reader masks; its sums are the bias's
// gradient, if that has an element for each channel.
bool TrainingChain::ReaderSums(size_t node) const {
  if (node + 1 >= graph_.nodes.size() || graph_.nodes[node].bias < 0) {
    return false;
  }
  const Kernel& writer = *graph_.nodes[node].kernel;
  const KernelMemory& reader = graph_.nodes[node + 1].kernel->memory();
  return reader.sums_src_gradient &&
         writer.bias_layout()->elements() == graph_.blobs[node + 1].shape[1] &&
         (graph_.nodes[node].fused < 0 || reader.masks_src_gradient);
}

Status TrainingChain::Backward(
    const RandomState* random,
    const std::function<Status(size_t node)>& written) {
  if (first_backward_ == 0 &&
      graph_.nodes.front().kernel->memory().backward_reads_src) {
    backward_.front().src = forward_.front().src;
  }
  for (size_t i = backward_.size(); i-- > first_backward_;) {
    BackwardArgs args = backward_[i];
    args.random = random;
    if (i > first_backward_ && ReaderSums(i - 1)) {
      args.src_sums = backward_[i - 1].bias_gradient;
    }
    if (ReaderSums(i)) args.bias_gradient = nullptr;
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Backward(args));
    ALEXNET_RETURN_IF_ERROR(written(i));
  }
  return Status();
}

void TrainingChain::ReadDeadUnits(const int64_t* counts,
                                  std::vector<float>* fractions) const {
  VisitRelus([&](int number, const Format& given) {
    const auto layer = static_cast<size_t>(number);
    const int64_t units = given.shape.elements() / given.shape[0];
    (*fractions)[layer] =
        static_cast<float>(counts[layer]) / static_cast<float>(units);
  });
}

std::string TrainingChain::Describe(const Network& network) const {
  std::string text;
  for (size_t i = 0; i < graph_.nodes.size(); ++i) {
    std::string place = fmt::format(" @{}", memory_.blobs[i + 1]);
    place += i < first_backward_
                 ? ", forward only"
                 : fmt::format(", gradient @{}", memory_.gradients[i + 1]);
    text += DescribeNode(graph_, network, static_cast<int>(i), place);
  }
  return text;
}

}  // namespace alexnet
