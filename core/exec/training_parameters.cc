#include "core/exec/training_parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace alexnet {
namespace {

size_t Index(ParameterPart part) { return static_cast<size_t>(part); }

}  // namespace

Status TrainingParameters::Init(const Graph& graph, const NetworkInfo& info,
                                ParameterSource& source) {
  entries_.resize(info.parameters.size());
  for (const GraphNode& node : graph.nodes) {
    if (node.weight >= 0) {
      entries_[static_cast<size_t>(node.weight)].layout =
          node.kernel->weight_layout();
    }
    if (node.bias >= 0) {
      entries_[static_cast<size_t>(node.bias)].layout =
          node.kernel->bias_layout();
    }
  }
  const auto learns = [&](int layer) {
    return std::any_of(info.parameters.begin(), info.parameters.end(),
                       [&](const ParameterInfo& parameter) {
                         return parameter.layer == layer &&
                                parameter.rule.rate != 0.0f;
                       });
  };
  for (size_t i = 0; i < entries_.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    Entry& entry = entries_[i];
    entry.shape = parameter.shape;
    entry.rule = parameter.rule;
    // Padding starts as zero, and updates keep it so.
    const size_t parts = learns(parameter.layer) ? entry.parts.size() : 1;
    for (size_t part = 0; part < parts; ++part) {
      ALEXNET_ASSIGN_OR_RETURN(
          entry.parts[part],
          AlignedBuffer::Allocate(entry.layout->bytes(), /*zero=*/true));
    }
    const auto tensor = source.Get(static_cast<int>(i));
    Status status = tensor.status();
    if (status.ok())
      status = entry.layout->Pack(*tensor, entry.parts[0].data());
    if (!status.ok()) {
      return status.WithContext(
          fmt::format("parameter \"{}\"", parameter.name));
    }
    source.Release(static_cast<int>(i));
    if (entry.rule.rate != 0.0f) updated_.push_back(static_cast<int>(i));
  }
  for (const int i : updated_) {
    Entry& entry = entries_[static_cast<size_t>(i)];
    SgdTensor tensor;
    tensor.weight = static_cast<float*>(Data(i, ParameterPart::kWeight));
    tensor.gradient = static_cast<float*>(Data(i, ParameterPart::kGradient));
    tensor.velocity = static_cast<float*>(Data(i, ParameterPart::kVelocity));
    tensor.elements = entry.layout->elements();
    tensors_.push_back(tensor);
  }
  return Status();
}

void* TrainingParameters::Data(int parameter, ParameterPart part) {
  if (parameter < 0) return nullptr;
  return entries_[static_cast<size_t>(parameter)].parts[Index(part)].data();
}

Status TrainingParameters::CheckIndex(int parameter) const {
  if (parameter >= 0 && static_cast<size_t>(parameter) < entries_.size()) {
    return Status();
  }
  return InvalidArgumentError(
      fmt::format("there is no parameter {}: the network has {}", parameter,
                  entries_.size()));
}

Status TrainingParameters::Read(int parameter, ParameterPart part,
                                float* dense) const {
  ALEXNET_RETURN_IF_ERROR(CheckIndex(parameter));
  const Entry& entry = entries_[static_cast<size_t>(parameter)];
  const std::byte* packed = entry.parts[Index(part)].data();
  if (packed == nullptr) {
    std::fill_n(dense, entry.shape.elements(), 0.0f);
    return Status();
  }
  return entry.layout->Unpack(packed, dense);
}

Status TrainingParameters::Write(int parameter, ParameterPart part,
                                 const float* dense) {
  ALEXNET_RETURN_IF_ERROR(CheckIndex(parameter));
  Entry& entry = entries_[static_cast<size_t>(parameter)];
  std::byte* packed = entry.parts[Index(part)].data();
  if (packed == nullptr) return Status();
  return entry.layout->Pack({dense, DType::kF32, entry.shape}, packed);
}

std::span<const SgdTensor> TrainingParameters::Tensors(float rate,
                                                       float weight_decay) {
  for (size_t i = 0; i < updated_.size(); ++i) {
    const ParameterRule& rule = entries_[static_cast<size_t>(updated_[i])].rule;
    tensors_[i].rate = rate * rule.rate;
    tensors_[i].decay = weight_decay * rule.decay;
  }
  return tensors_;
}

}  // namespace alexnet
