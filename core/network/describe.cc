#include "core/network/describe.h"

#include <fmt/core.h>

#include <algorithm>
#include <vector>

namespace alexnet {
namespace {

// "3x3", or one number where both are equal.
std::string Pair(int64_t a, int64_t b) {
  return a == b ? fmt::format("{}", a) : fmt::format("{}x{}", a, b);
}

std::string DescribeWindow(const Window& window) {
  std::string text =
      fmt::format("{}x{} stride {}", window.kernel_h, window.kernel_w,
                  Pair(window.stride_h, window.stride_w));
  const bool even = window.pad_top == window.pad_bottom &&
                    window.pad_left == window.pad_right;
  if (!even) {
    text += fmt::format(" pads {} {} {} {}", window.pad_top, window.pad_left,
                        window.pad_bottom, window.pad_right);
  } else if (window.pad_top > 0 || window.pad_left > 0) {
    text += " pad " + Pair(window.pad_top, window.pad_left);
  }
  if (window.rounding == Rounding::kCeil) text += " ceil";
  return text;
}

struct Settings {
  std::string operator()(const Convolution& conv) const {
    std::string text = DescribeWindow(conv.window);
    text += fmt::format(", {} filters", conv.out_channels);
    if (conv.groups > 1) text += fmt::format(", {} groups", conv.groups);
    return text;
  }
  std::string operator()(const Pooling& pooling) const {
    return DescribeWindow(pooling.window);
  }
  std::string operator()(const Lrn& lrn) const {
    std::string text = fmt::format(
        "{} {}, alpha {:g}{}, beta {:g}, k {:g}",
        lrn.region == LrnRegion::kAcrossChannels ? "across" : "within",
        lrn.size, lrn.alpha, lrn.divide_alpha ? "/n" : "", lrn.beta, lrn.k);
    if (lrn.groups > 1) text += fmt::format(", {} groups", lrn.groups);
    return text;
  }
  std::string operator()(const Activation&) const { return ""; }
  std::string operator()(const Dropout& dropout) const {
    return fmt::format("rate {:g}", dropout.rate);
  }
  std::string operator()(const AdaptiveAveragePooling& pooling) const {
    return fmt::format("to {}x{}", pooling.out_h, pooling.out_w);
  }
  std::string operator()(const FullyConnected& full) const {
    return fmt::format("{} units", full.out_features);
  }
  std::string operator()(const Softmax&) const { return ""; }
};

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

std::string DescribeSettings(const Layer& layer) {
  return std::visit(Settings{}, layer.spec);
}

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
