#include "core/network/network.h"

#include <fmt/core.h>

#include <set>

#include "core/base/check.h"
#include "core/base/checked_math.h"
#include "core/network/layer_check.h"
#include "core/network/parameter_inference.h"
#include "core/network/shape_inference.h"

namespace alexnet {
namespace {

constexpr size_t kMaxLayers = 1000;
constexpr int64_t kMaxParameters = int64_t{1} << 40;

Status CheckNames(const Network& network) {
  std::set<std::string> names;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const std::string& name = network.layers[i].name;
    if (name.empty() || !names.insert(name).second) {
      return InvalidArgumentError(name.empty() ? "a layer without a name"
                                               : "two layers of this name")
          .WithField(fmt::format("layers[{}] '{}'", i, name));
    }
  }
  return Status();
}

Result<int64_t> CountMacs(const Layer& layer, const Shape& weight,
                          const Shape& out) {
  const auto macs = CheckedMul(weight.elements(), UsesOfWeights(layer, out));
  if (!macs) {
    return InvalidArgumentError("too large: its operations overflow 2^63");
  }
  return *macs;
}

// Adds layer `index` over the blob `in` to `info`.
Status InferLayer(const Layer& layer, int index, const Shape& in,
                  NetworkInfo* info) {
  ALEXNET_RETURN_IF_ERROR(CheckSpec(layer.spec));
  ALEXNET_ASSIGN_OR_RETURN(LayerShapes shapes, InferShapes(layer, in));
  ALEXNET_ASSIGN_OR_RETURN(std::vector<ParameterInfo> parameters,
                           InferParameters(layer, index, in));
  for (ParameterInfo& parameter : parameters) {
    if (!parameter.is_bias) {
      ALEXNET_ASSIGN_OR_RETURN(shapes.macs,
                               CountMacs(layer, parameter.shape, shapes.out));
    }
    info->parameter_count += parameter.shape.elements();
    if (info->parameter_count > kMaxParameters) {
      return InvalidArgumentError("more than 2^40 parameters up to here");
    }
    info->parameters.push_back(std::move(parameter));
  }
  const auto macs = CheckedAdd(info->macs, shapes.macs);
  if (!macs) {
    return InvalidArgumentError("too large: operations overflow 2^63 here");
  }
  info->macs = *macs;
  info->layers.push_back(shapes);
  return Status();
}

// A softmax ends a network that has something before it.
Status CheckSoftmax(const Network& network) {
  const std::vector<Layer>& layers = network.layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (As<Softmax>(layers[i]) == nullptr) continue;
    if (i + 1 != layers.size()) {
      return InvalidArgumentError("a softmax must be the last layer")
          .WithField(layers[i].name);
    }
    if (i == 0) {
      return InvalidArgumentError("a softmax alone is no network")
          .WithField(layers[i].name);
    }
  }
  return Status();
}

}  // namespace

Result<NetworkInfo> InferNetwork(const Network& network) {
  const std::vector<Layer>& layers = network.layers;
  if (layers.empty()) {
    return InvalidArgumentError("has no layers").WithField("layers");
  }
  if (layers.size() > kMaxLayers) {
    return InvalidArgumentError(
               fmt::format("{} layers; at most {}", layers.size(), kMaxLayers))
        .WithField("layers");
  }
  ALEXNET_RETURN_IF_ERROR(CheckNames(network));
  ALEXNET_RETURN_IF_ERROR(CheckSoftmax(network));
  const int64_t input[] = {1, network.channels, network.height, network.width};
  ALEXNET_ASSIGN_OR_RETURN(Shape blob, Shape::Create(input));
  NetworkInfo info;
  for (size_t i = 0; i < layers.size(); ++i) {
    const Status status =
        InferLayer(layers[i], static_cast<int>(i), blob, &info);
    if (!status.ok()) return status.WithField(layers[i].name);
    blob = info.layers.back().out;
  }
  const int last = static_cast<int>(layers.size()) - 1;
  info.logits_layer = As<Softmax>(layers.back()) != nullptr ? last - 1 : last;
  info.classes = blob.elements();
  return info;
}

int64_t UsesOfWeights(const Layer& layer, const Shape& out) {
  if (As<LocallyConnected>(layer) != nullptr) return 1;
  return out.elements() / out[1];
}

Result<int> FindLayer(const Network& network, std::string_view name) {
  const std::vector<Layer>& layers = network.layers;
  for (size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].name == name) return static_cast<int>(i);
  }
  return UnknownName("layer", name, layers,
                     [](const Layer& each) { return each.name; });
}

Result<int> FindParameter(const NetworkInfo& info, std::string_view name) {
  const std::vector<ParameterInfo>& all = info.parameters;
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].name == name) return static_cast<int>(i);
  }
  return UnknownName("parameter", name, all,
                     [](const ParameterInfo& each) { return each.name; });
}

Network NetworkUpTo(const Network& network, int layer) {
  Network part = network;
  part.layers.resize(static_cast<size_t>(layer) + 1);
  return part;
}

Shape WithBatch(const Shape& shape, int64_t batch) {
  if (shape.rank() == 2) return {batch, shape[1]};
  return {batch, shape[1], shape[2], shape[3]};
}

}  // namespace alexnet
