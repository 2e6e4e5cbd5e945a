#include "core/network/describe.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace alexnet {
namespace {

// "64x55x55" or "4096": without the batch.
std::string DescribeBlob(const Shape& shape) {
  std::string text = fmt::format("{}", shape[1]);
  for (int axis = 2; axis < shape.rank(); ++axis) {
    text += fmt::format("x{}", shape[axis]);
  }
  return text;
}

std::vector<int64_t> ParametersByLayer(const Network& network,
                                       const NetworkInfo& info) {
  std::vector<int64_t> counts(network.layers.size(), 0);
  for (const ParameterInfo& parameter : info.parameters) {
    counts[static_cast<size_t>(parameter.layer)] += parameter.shape.elements();
  }
  return counts;
}

}  // namespace

std::string DescribeNetwork(const Network& network, const NetworkInfo& info) {
  const std::vector<int64_t> parameters = ParametersByLayer(network, info);
  std::string text = fmt::format(
      "{}: input {}x{}x{}, {} classes\n\n{:10} {:62} {:>12} {:>12} {:>14}\n",
      network.name, network.channels, network.height, network.width,
      info.classes, "layer", "kind", "output", "parameters", "MACs");
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    const LayerShapes& shapes = info.layers[i];
    std::string kind = LayerKindName(layer);
    if (const std::string settings = DescribeSettings(layer);
        !settings.empty()) {
      kind += " " + settings;
    }
    const auto count = [](int64_t value) {
      return value > 0 ? fmt::format("{}", value) : std::string();
    };
    text += fmt::format("{:10} {:62} {:>12} {:>12} {:>14}\n", layer.name, kind,
                        DescribeBlob(shapes.out), count(parameters[i]),
                        count(shapes.macs));
  }
  return text + fmt::format("{:10} {:62} {:>12} {:>12} {:>14}\n", "total", "",
                            "", info.parameter_count, info.macs);
}

Status CheckSameParameters(const NetworkInfo& a, const NetworkInfo& b) {
  const size_t common = std::min(a.parameters.size(), b.parameters.size());
  for (size_t i = 0; i < common; ++i) {
    const ParameterInfo& left = a.parameters[i];
    const ParameterInfo& right = b.parameters[i];
    if (left.name != right.name || left.shape != right.shape) {
      return FailedPreconditionError(fmt::format(
          "the networks differ: {} {} in one, {} {} in the other", left.name,
          left.shape.ToString(), right.name, right.shape.ToString()));
    }
  }
  if (a.parameters.size() == b.parameters.size()) return Status();
  const std::vector<ParameterInfo>& longer =
      a.parameters.size() > common ? a.parameters : b.parameters;
  return FailedPreconditionError(
      fmt::format("the networks differ: only one of them has {} {}",
                  longer[common].name, longer[common].shape.ToString()));
}

}  // namespace alexnet
