#include "core/exec/training_passes.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "core/base/checked_math.h"

namespace alexnet {

Status TrainingPasses::Build(const Network& network, const NetworkInfo& info,
                             Backend& backend, const GraphOptions& options,
                             bool source_learns) {
  network_ = &network;
  info_ = &info;
  backend_ = &backend;
  options_ = options;
  source_learns_ = source_learns;
  chains_.resize(static_cast<size_t>(passes().count));
  for (int pass = 0; pass < passes().count; ++pass) {
    GraphOptions of_pass = options;
    of_pass.first = passes().first;
    of_pass.pass = pass;
    ALEXNET_ASSIGN_OR_RETURN(Graph graph,
                             BuildGraph(network, info, backend, of_pass));
    chains_[static_cast<size_t>(pass)].Set(std::move(graph), info,
                                           source_learns);
  }
  return Status();
}

Result<std::byte*> TrainingPasses::Allocate(int64_t bytes) {
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer,
                           backend_->device().Allocate(bytes, /*zero=*/false));
  bytes_ += bytes;
  memory_.push_back(std::move(buffer));
  return memory_.back().data();
}

Status TrainingPasses::Allocate(TrainingParameters& parameters) {
  int64_t arena_bytes = 0;
  int64_t source_bytes = 0;
  for (int pass = 0; pass < passes().count; ++pass) {
    const TrainingChain& chain = chains_[static_cast<size_t>(pass)];
    arena_bytes = std::max(arena_bytes, chain.arena_bytes());
    source_bytes = std::max(source_bytes, chain.graph().blobs.front().bytes);
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<PassExchange> exchange,
        options_.part->CreatePassExchange(pass, *backend_));
    bytes_ += exchange->bytes();
    exchanges_.push_back(std::move(exchange));
  }
  ALEXNET_ASSIGN_OR_RETURN(std::byte* const arena, Allocate(arena_bytes));
  ALEXNET_ASSIGN_OR_RETURN(std::byte* const source, Allocate(source_bytes));
  source_ = reinterpret_cast<float*>(source);
  if (source_learns_) {
    ALEXNET_ASSIGN_OR_RETURN(std::byte* const gradient, Allocate(source_bytes));
    source_gradient_ = reinterpret_cast<float*>(gradient);
  }
  for (TrainingChain& chain : chains_) {
    chain.Bind(*network_, arena, parameters);
    chain.SetSource(source_);
    chain.SetSourceGradient(source_gradient_);
  }
  return passes().update_each ? CreateUpdaters(parameters)
                              : AllocatePartialGradients(parameters);
}

// In one memory where no layout has padding, which kernels need not write.
Status TrainingPasses::AllocatePartialGradients(
    TrainingParameters& parameters) {
  partials_.resize(info_->parameters.size());
  std::vector<int64_t> apart(partials_.size());
  int64_t shared = 0;
  for (const GraphNode& node : chains_.front().graph().nodes) {
    int64_t of_node = 0;
    for (const int parameter : {node.weight, node.bias}) {
      void* sum = parameters.Data(parameter, ParameterPart::kGradient);
      if (sum == nullptr) continue;
      const auto p = static_cast<size_t>(parameter);
      const ParameterLayout& layout = parameter == node.weight
                                          ? *node.kernel->weight_layout()
                                          : *node.kernel->bias_layout();
      partials_[p] = {nullptr, sum, ElementTypeOf(layout.compute_dtype()),
                      layout.elements()};
      const int64_t bytes =
          RoundUp(layout.elements() * DTypeSize(layout.compute_dtype()),
                  kGradientAlignment);
      if (layout.elements() != info_->parameters[p].shape.elements()) {
        ALEXNET_ASSIGN_OR_RETURN(partials_[p].data, Allocate(bytes));
        ALEXNET_RETURN_IF_ERROR(
            backend_->device().Clear(partials_[p].data, bytes));
      } else {
        apart[p] = of_node;
        of_node += bytes;
      }
    }
    shared = std::max(shared, of_node);
  }
  if (shared > 0) {
    ALEXNET_ASSIGN_OR_RETURN(std::byte* const memory, Allocate(shared));
    for (size_t p = 0; p < partials_.size(); ++p) {
      Partial& partial = partials_[p];
      if (partial.sum != nullptr && partial.data == nullptr) {
        partial.data = memory + apart[p];
      }
    }
  }
  const auto data = [&](int parameter) {
    return parameter < 0 ? nullptr
                         : partials_[static_cast<size_t>(parameter)].data;
  };
  for (size_t pass = 1; pass < chains_.size(); ++pass) {
    const std::vector<GraphNode>& nodes = chains_[pass].graph().nodes;
    for (size_t i = 0; i < nodes.size(); ++i) {
      chains_[pass].SetGradients(i, data(nodes[i].weight), data(nodes[i].bias));
    }
  }
  return Status();
}

Status TrainingPasses::CreateUpdaters(TrainingParameters& parameters) {
  for (int pass = 0; pass < passes().count; ++pass) {
    std::vector<SgdTensor> tensors =
        parameters.TensorsOf(passes().first, options_.layers);
    const LayerShare share = options_.part->ShareOf(passes().first, pass);
    for (SgdTensor& tensor : tensors) {
      tensor.decay *= static_cast<float>(share.samples) /
                      static_cast<float>(options_.batch);
    }
    std::unique_ptr<Updater> updater;
    if (!tensors.empty()) {
      ALEXNET_ASSIGN_OR_RETURN(updater,
                               backend_->CreateUpdater(std::move(tensors)));
    }
    updaters_.push_back(std::move(updater));
  }
  return Status();
}

Status TrainingPasses::Run(const StepSlot& slot, const StepVariant& variant,
                           const float* given, float* given_gradient,
                           int64_t given_bytes,
                           const TrainingChain::Rectified* rectified,
                           const Loss& loss) {
  const RandomState* const random = &slot.device_state()->random;
  const size_t count = chains_.size();
  ALEXNET_RETURN_IF_ERROR(exchanges_.front()->Send(given));
  for (size_t i = 0; i < count; ++i) {
    const int pass = static_cast<int>(i);
    if (i + 1 < count) {
      ALEXNET_RETURN_IF_ERROR(exchanges_[i + 1]->Send(given));
    }
    ALEXNET_RETURN_IF_ERROR(exchanges_[i]->Receive(source_));
    TrainingChain& chain = chains_[i];
    ALEXNET_RETURN_IF_ERROR(
        chain.Forward(random, /*first=*/0, chain.nodes(), rectified));
    ALEXNET_RETURN_IF_ERROR(
        loss(pass, chain.output(), chain.output_gradient()));
    ALEXNET_RETURN_IF_ERROR(chain.Backward(random, [this, pass](size_t node) {
      return AddPartialGradients(pass, node);
    }));
    if (variant.update && passes().update_each) {
      ALEXNET_RETURN_IF_ERROR(Update(slot, pass));
    }
    if (source_learns_) {
      ALEXNET_RETURN_IF_ERROR(exchanges_[i]->SendGradient(source_gradient_));
    }
  }
  if (!source_learns_) return Status();
  ALEXNET_RETURN_IF_ERROR(
      backend_->device().Clear(given_gradient, given_bytes));
  for (const auto& exchange : exchanges_) {
    ALEXNET_RETURN_IF_ERROR(exchange->ReceiveGradient(given_gradient));
  }
  return Status();
}

Status TrainingPasses::AddPartialGradients(int pass, size_t node) {
  if (pass == 0 || partials_.empty()) return Status();
  const GraphNode& written =
      chains_[static_cast<size_t>(pass)].graph().nodes[node];
  for (const int parameter : {written.weight, written.bias}) {
    if (parameter < 0) continue;
    const Partial& partial = partials_[static_cast<size_t>(parameter)];
    if (partial.sum == nullptr) continue;
    ALEXNET_RETURN_IF_ERROR(backend_->Add(
        {partial.type, partial.data, partial.sum, partial.elements}));
  }
  return Status();
}

Status TrainingPasses::Update(const StepSlot& slot, int pass) {
  Updater* const updater = updaters_[static_cast<size_t>(pass)].get();
  if (updater == nullptr) return Status();
  Device& device = backend_->device();
  StepOutcome* const outcome = slot.device_pass_outcome(pass);
  ALEXNET_RETURN_IF_ERROR(
      device.Clear(outcome, static_cast<int64_t>(sizeof(StepOutcome))));
  if (options_.part->ShareOf(options_.layers, pass).samples > 0) {
    ALEXNET_RETURN_IF_ERROR(device.Copy(
        &slot.device_outcome()->loss, static_cast<int64_t>(sizeof(LossResult)),
        &outcome->loss, Queue::kCompute));
  }
  ALEXNET_RETURN_IF_ERROR(updater->FindNorm(outcome));
  ALEXNET_RETURN_IF_ERROR(options_.part->SumOutcome(outcome));
  return updater->Update(slot.device_state(), outcome);
}

std::string TrainingPasses::Describe() const {
  return fmt::format(
      "in {} passes, {}\n{}", chains_.size(),
      passes().update_each ? "updated after each" : "updated after all",
      chains_.front().Describe(*network_));
}

}  // namespace alexnet
