#include "core/exec/training_parameters.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <utility>

#include "core/base/checked_math.h"
#include "core/exec/parameters.h"

namespace alexnet {
namespace {

size_t Index(ParameterPart part) { return static_cast<size_t>(part); }

// Of a part's packed elements.
DType PartDType(const ParameterLayout& layout, ParameterPart part) {
  return part == ParameterPart::kGradient || part == ParameterPart::kWorking
             ? layout.compute_dtype()
             : DType::kF32;
}

int64_t PartBytes(const ParameterLayout& layout, ParameterPart part) {
  return layout.elements() * DTypeSize(PartDType(layout, part));
}

}  // namespace

Status TrainingParameters::FindLayouts(const std::vector<const Graph*>& graphs,
                                       const NetworkInfo& info) {
  const auto found = [&](int parameter,
                         const ParameterLayout* layout) -> Status {
    if (parameter < 0) return Status();
    const auto index = static_cast<size_t>(parameter);
    const ParameterLayout*& known = entries_[index].layout;
    if (known == nullptr) known = layout;
    if (known->key() == layout->key()) return Status();
    return InvalidArgumentError(
               fmt::format("the samples of one rank want \"{}\" laid out "
                           "otherwise than those of another; use a batch that "
                           "the number of ranks divides",
                           info.parameters[index].name))
        .WithField("batch");
  };
  for (const Graph* graph : graphs) {
    for (const GraphNode& node : graph->nodes) {
      ALEXNET_RETURN_IF_ERROR(found(node.weight, node.kernel->weight_layout()));
      ALEXNET_RETURN_IF_ERROR(found(node.bias, node.kernel->bias_layout()));
    }
  }
  return Status();
}

Status TrainingParameters::Init(const std::vector<const Graph*>& graphs,
                                const NetworkInfo& info, Backend& backend,
                                ParameterSource& source, RankPart* part) {
  device_ = &backend.device();
  entries_.resize(info.parameters.size());
  ALEXNET_RETURN_IF_ERROR(FindLayouts(graphs, info));
  const auto learns = [&](int layer) {
    return std::any_of(info.parameters.begin(), info.parameters.end(),
                       [&](const ParameterInfo& parameter) {
                         return parameter.layer == layer &&
                                parameter.rule.rate != 0.0f;
                       });
  };
  for (size_t i = 0; i < entries_.size(); ++i) {
    entries_[i].learns = learns(info.parameters[i].layer);
  }
  ALEXNET_RETURN_IF_ERROR(AllocateGradients(graphs));
  for (size_t i = 0; i < entries_.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    Entry& entry = entries_[i];
    entry.layer = parameter.layer;
    entry.shape = parameter.shape;
    entry.rule = parameter.rule;
    ALEXNET_RETURN_IF_ERROR(Allocate(&entry));
    const auto tensor = source.Get(static_cast<int>(i));
    Status status = tensor.status();
    if (status.ok()) {
      status = PackOnto(*device_, *entry.layout, *tensor, entry.parts[0],
                        entry.parts[Index(ParameterPart::kWorking)]);
    }
    if (!status.ok()) {
      return status.WithContext(
          fmt::format("parameter \"{}\"", parameter.name));
    }
    source.Release(static_cast<int>(i));
    if (entry.rule.rate != 0.0f) {
      tensors_.push_back({entry.layer, ToUpdate(static_cast<int>(i), part)});
    }
  }
  if (part == nullptr) return Status();
  std::vector<const ParameterLayout*> layouts;
  for (const Entry& entry : entries_) layouts.push_back(entry.layout);
  return part->Agree(layouts);
}

// Padding starts as zero, and updates keep it so.
Status TrainingParameters::Allocate(Entry* entry) {
  for (size_t i = 0; i < entry->parts.size(); ++i) {
    const auto part = static_cast<ParameterPart>(i);
    if (part == ParameterPart::kGradient ||
        (part == ParameterPart::kWorking
             ? entry->layout->compute_dtype() == DType::kF32
             : part != ParameterPart::kWeight && !entry->learns)) {
      continue;
    }
    ALEXNET_ASSIGN_OR_RETURN(entry->parts[i],
                             AllocateZeros(PartBytes(*entry->layout, part)));
  }
  return Status();
}

Status TrainingParameters::AllocateGradients(
    const std::vector<const Graph*>& graphs) {
  std::vector<Entry*> order;
  for (auto graph = graphs.rbegin(); graph != graphs.rend(); ++graph) {
    const std::vector<GraphNode>& nodes = (*graph)->nodes;
    for (size_t i = nodes.size(); i-- > 0;) {
      for (const int parameter : {nodes[i].weight, nodes[i].bias}) {
        if (parameter < 0) continue;
        Entry* const entry = &entries_[static_cast<size_t>(parameter)];
        if (entry->learns && std::ranges::find(order, entry) == order.end()) {
          order.push_back(entry);
        }
      }
    }
  }
  const auto room = [](const Entry& entry) {
    return RoundUp(PartBytes(*entry.layout, ParameterPart::kGradient),
                   kGradientAlignment);
  };
  int64_t bytes = 0;
  for (const Entry* entry : order) bytes += room(*entry);
  if (bytes == 0) return Status();
  ALEXNET_ASSIGN_OR_RETURN(std::byte * gradient, AllocateZeros(bytes));
  for (Entry* entry : order) {
    entry->parts[Index(ParameterPart::kGradient)] = gradient;
    gradient += room(*entry);
  }
  return Status();
}

Result<std::byte*> TrainingParameters::AllocateZeros(int64_t bytes) {
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer buffer,
                           device_->Allocate(bytes, /*zero=*/true));
  bytes_ += bytes;
  memory_.push_back(std::move(buffer));
  return memory_.back().data();
}

std::vector<SgdTensor> TrainingParameters::TensorsOf(int first, int end) const {
  std::vector<SgdTensor> tensors;
  for (const auto& [layer, tensor] : tensors_) {
    if (layer >= first && layer < end) tensors.push_back(tensor);
  }
  return tensors;
}

SgdTensor TrainingParameters::ToUpdate(int parameter, const RankPart* part) {
  const Entry& entry = entries_[static_cast<size_t>(parameter)];
  SgdTensor tensor;
  tensor.weight = static_cast<float*>(Data(parameter, ParameterPart::kWeight));
  tensor.gradient = Data(parameter, ParameterPart::kGradient);
  tensor.velocity =
      static_cast<float*>(Data(parameter, ParameterPart::kVelocity));
  tensor.working = Data(parameter, ParameterPart::kWorking);
  tensor.compute_dtype = entry.layout->compute_dtype();
  tensor.elements = entry.layout->elements();
  tensor.rate = entry.rule.rate;
  tensor.decay = entry.rule.decay;
  tensor.in_norm = part == nullptr || part->CountsInNorm(parameter);
  return tensor;
}

void* TrainingParameters::Data(int parameter, ParameterPart part) {
  if (parameter < 0) return nullptr;
  return entries_[static_cast<size_t>(parameter)].parts[Index(part)];
}

void* TrainingParameters::ForKernels(int parameter) {
  void* working = Data(parameter, ParameterPart::kWorking);
  return working != nullptr ? working : Data(parameter, ParameterPart::kWeight);
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
  const std::byte* packed = entry.parts[Index(part)];
  if (packed == nullptr) {
    std::fill_n(dense, entry.shape.elements(), 0.0f);
    return Status();
  }
  const ParameterLayout& layout = *entry.layout;
  const DType dtype = PartDType(layout, part);
  if (device_->is_host() && dtype == DType::kF32) {
    return layout.Unpack(packed, dense);
  }
  const int64_t bytes = PartBytes(layout, part);
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer host, AlignedBuffer::Allocate(bytes));
  ALEXNET_RETURN_IF_ERROR(device_->Download(packed, bytes, host.data()));
  ALEXNET_RETURN_IF_ERROR(device_->Finish());
  if (dtype == DType::kF32) return layout.Unpack(host.data(), dense);
  ALEXNET_ASSIGN_OR_RETURN(AlignedBuffer wide,
                           AlignedBuffer::Allocate(layout.elements() * 4));
  WidenToFloat(dtype, host.data(), layout.elements(),
               reinterpret_cast<float*>(wide.data()));
  return layout.Unpack(wide.data(), dense);
}

Status TrainingParameters::Write(int parameter, ParameterPart part,
                                 const float* dense) {
  ALEXNET_RETURN_IF_ERROR(CheckIndex(parameter));
  Entry& entry = entries_[static_cast<size_t>(parameter)];
  std::byte* packed = entry.parts[Index(part)];
  if (packed == nullptr) return Status();
  void* working = part == ParameterPart::kWeight
                      ? Data(parameter, ParameterPart::kWorking)
                      : nullptr;
  return PackOnto(*device_, *entry.layout, {dense, DType::kF32, entry.shape},
                  packed, working);
}

}  // namespace alexnet
