#include "core/network/layer.h"

#include <fmt/core.h>

namespace alexnet {
namespace {

struct KindName {
  const char* operator()(const Convolution&) const { return "convolution"; }
  const char* operator()(const Pooling& pooling) const {
    return pooling.kind == PoolKind::kMax ? "max pooling" : "average pooling";
  }
  const char* operator()(const Lrn&) const { return "LRN"; }
  const char* operator()(const Activation& activation) const {
    return activation.kind == ActivationKind::kRelu ? "ReLU" : "tanh";
  }
  const char* operator()(const Dropout&) const { return "dropout"; }
  const char* operator()(const AdaptiveAveragePooling&) const {
    return "adaptive average pooling";
  }
  const char* operator()(const FullyConnected&) const {
    return "fully connected";
  }
  const char* operator()(const Softmax&) const { return "softmax"; }
  const char* operator()(const LocallyConnected&) const {
    return "locally connected";
  }
};

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
  std::string operator()(const LocallyConnected& local) const {
    return DescribeWindow(local.window) +
           fmt::format(", {} channels", local.out_channels);
  }
};

}  // namespace

// LayerSpec is made of LayerType, in its order.
LayerType LayerTypeOf(const Layer& layer) {
  return static_cast<LayerType>(layer.spec.index());
}

const char* LayerKindName(const Layer& layer) {
  return std::visit(KindName{}, layer.spec);
}

std::string DescribeSettings(const Layer& layer) {
  return std::visit(Settings{}, layer.spec);
}

}  // namespace alexnet
