#include "core/exec/input_gradient_plan.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/exec/bind_kernels.h"
#include "core/exec/plan_memory.h"

namespace alexnet {
namespace {

// The logits' network in inference. Parameters that do not learn have no
// gradients and no momenta.
Network Differentiated(Network network) {
  std::vector<Layer>& layers = network.layers;
  if (!layers.empty() && As<Softmax>(layers.back()) != nullptr) {
    layers.pop_back();
  }
  std::erase_if(
      layers, [](const Layer& layer) { return As<Dropout>(layer) != nullptr; });
  for (Layer& layer : layers) {
    VisitParameters(layer, [](auto& spec) {
      spec.weight.rate = 0.0f;
      spec.bias.rate = 0.0f;
    });
  }
  return network;
}

}  // namespace

InputGradientPlan::InputGradientPlan(const Network& network,
                                     std::shared_ptr<Backend> backend,
                                     int64_t batch)
    : network_(Differentiated(network)),
      backend_(std::move(backend)),
      batch_(batch) {}

Result<std::unique_ptr<InputGradientPlan>> InputGradientPlan::Compile(
    const Network& network, std::shared_ptr<Backend> backend,
    ParameterSource& source, int64_t batch) {
  std::unique_ptr<InputGradientPlan> plan(
      new InputGradientPlan(network, std::move(backend), batch));
  ALEXNET_RETURN_IF_ERROR(plan->Prepare(source));
  return plan;
}

Status InputGradientPlan::Prepare(ParameterSource& source) {
  ALEXNET_ASSIGN_OR_RETURN(info_, InferNetwork(network_));
  GraphOptions options;
  options.batch = batch_;
  options.training = true;
  options.layers = static_cast<int>(network_.layers.size());
  options.first_learning = -1;  // the input, below all layers
  ALEXNET_ASSIGN_OR_RETURN(graph_,
                           BuildGraph(network_, info_, *backend_, options));
  memory_ = PlanTrainingMemory(graph_, /*first_backward=*/0);
  chosen_.resize(static_cast<size_t>(batch_ * units()));
  return backend_->Run([&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(
        parameters_.Init({&graph_}, info_, *backend_, source, nullptr));
    ALEXNET_RETURN_IF_ERROR(Allocate());
    BindKernels(graph_, memory_, arena_.data(), parameters_, &forward_,
                &backward_);
    return backend_->device().Finish();
  });
}

Status InputGradientPlan::Allocate() {
  Device& device = backend_->device();
  const int64_t input = device.is_host() ? 0 : graph_.blobs.front().bytes;
  ALEXNET_RETURN_IF_ERROR(CheckRoom(device, memory_.bytes + 2 * input, batch_));
  ALEXNET_ASSIGN_OR_RETURN(arena_,
                           device.Allocate(memory_.bytes, /*zero=*/false));
  if (device.is_host()) return Status();
  ALEXNET_ASSIGN_OR_RETURN(images_, device.Allocate(input, /*zero=*/false));
  ALEXNET_ASSIGN_OR_RETURN(gradients_, device.Allocate(input, /*zero=*/false));
  return Status();
}

Status InputGradientPlan::Run(const float* images, const int32_t* units,
                              float* gradients) {
  std::fill(chosen_.begin(), chosen_.end(), 0.0f);
  for (int64_t n = 0; n < batch_; ++n) {
    if (units[n] < 0 || units[n] >= this->units()) {
      return InvalidArgumentError(
          fmt::format("sample {} asks for output {}; the network has 0 to {}",
                      n, units[n], this->units() - 1));
    }
    chosen_[static_cast<size_t>(n * this->units() + units[n])] = 1.0f;
  }
  return backend_->Run([&]() -> Status {
    Device& device = backend_->device();
    if (device.is_host()) return RunNodes(images, gradients);
    const int64_t bytes = graph_.blobs.front().bytes;
    ALEXNET_RETURN_IF_ERROR(
        device.Upload(images, bytes, images_.data(), Queue::kCompute));
    ALEXNET_RETURN_IF_ERROR(
        RunNodes(reinterpret_cast<const float*>(images_.data()),
                 reinterpret_cast<float*>(gradients_.data())));
    ALEXNET_RETURN_IF_ERROR(
        device.Download(gradients_.data(), bytes, gradients));
    return device.Finish();
  });
}

Status InputGradientPlan::RunNodes(const float* images, float* gradients) {
  forward_.front().src = images;
  for (size_t i = 0; i < forward_.size(); ++i) {
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Forward(forward_[i]));
  }
  ALEXNET_RETURN_IF_ERROR(backend_->device().Upload(
      chosen_.data(), static_cast<int64_t>(chosen_.size() * sizeof(float)),
      arena_.data() + memory_.gradients.back(), Queue::kCompute));
  if (graph_.nodes.front().kernel->memory().backward_reads_src) {
    backward_.front().src = images;
  }
  backward_.front().src_gradient = gradients;
  for (size_t i = backward_.size(); i-- > 0;) {
    ALEXNET_RETURN_IF_ERROR(graph_.nodes[i].kernel->Backward(backward_[i]));
  }
  return Status();
}

}  // namespace alexnet
