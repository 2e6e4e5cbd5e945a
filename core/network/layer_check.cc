#include "core/network/layer_check.h"

#include <fmt/core.h>

#include <cstdint>
#include <type_traits>
#include <variant>

#include "core/base/check.h"

namespace alexnet {
namespace {

// As of the layers' other extents (tools/build/options/layers.cc).
constexpr int64_t kMaxExtent = int64_t{1} << 24;

// Errors are about the layer, so that the message says which option it is.
Status Named(const char* option, const Status& status) {
  return status.ok() ? status : status.WithContext(fmt::format("`{}`", option));
}

template <typename T>
Status Check(const char* option, T value, std::type_identity_t<T> least,
             std::type_identity_t<T> most) {
  return Named(option, CheckRange("", value, least, most));
}

template <typename Enum>
Status CheckKind(const char* option, Enum value, Enum last) {
  return Named(option, CheckEnum("", value, last));
}

Status CheckSides(const Window& window) {
  ALEXNET_RETURN_IF_ERROR(Check("kernel_h", window.kernel_h, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(Check("kernel_w", window.kernel_w, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(Check("stride_h", window.stride_h, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(Check("stride_w", window.stride_w, 1, kMaxExtent));
  // A pad of a whole kernel would make windows that see nothing.
  const int64_t tall = window.kernel_h - 1;
  const int64_t wide = window.kernel_w - 1;
  ALEXNET_RETURN_IF_ERROR(Check("pad_top", window.pad_top, 0, tall));
  ALEXNET_RETURN_IF_ERROR(Check("pad_bottom", window.pad_bottom, 0, tall));
  ALEXNET_RETURN_IF_ERROR(Check("pad_left", window.pad_left, 0, wide));
  ALEXNET_RETURN_IF_ERROR(Check("pad_right", window.pad_right, 0, wide));
  return CheckKind("rounding", window.rounding, Rounding::kCeil);
}

Status CheckWindow(const char* option, const Window& window) {
  return CheckSides(window).WithContext(option);
}

Status CheckParameterRule(const char* option, const ParameterRule& rule) {
  constexpr float kMost = 1e6f;
  Status status = CheckKind("init", rule.init.kind, InitKind::kFanInUniform);
  if (status.ok()) {
    status = Check("value", rule.init.value, -kMost, kMost);
  }
  if (status.ok()) status = Check("rate", rule.rate, 0, kMost);
  if (status.ok()) status = Check("decay", rule.decay, 0, kMost);
  return status.WithContext(option);
}

// BEGIN options: layers.checks LayerType
Status CheckOptions(const Convolution& layer) {
  ALEXNET_RETURN_IF_ERROR(
      Check("out_channels", layer.out_channels, 1, 16'777'216));
  ALEXNET_RETURN_IF_ERROR(CheckWindow("window", layer.window));
  ALEXNET_RETURN_IF_ERROR(Check("groups", layer.groups, 1, 16'777'216));
  ALEXNET_RETURN_IF_ERROR(CheckParameterRule("weight", layer.weight));
  ALEXNET_RETURN_IF_ERROR(CheckParameterRule("bias", layer.bias));
  return Status();
}

Status CheckOptions(const Pooling& layer) {
  ALEXNET_RETURN_IF_ERROR(CheckKind("kind", layer.kind, PoolKind::kAverage));
  ALEXNET_RETURN_IF_ERROR(CheckWindow("window", layer.window));
  return Status();
}

Status CheckOptions(const Lrn& layer) {
  ALEXNET_RETURN_IF_ERROR(
      CheckKind("region", layer.region, LrnRegion::kWithinChannel));
  ALEXNET_RETURN_IF_ERROR(Check("size", layer.size, 1, 1'024));
  ALEXNET_RETURN_IF_ERROR(Check("alpha", layer.alpha, 0.0f, 1e6f));
  ALEXNET_RETURN_IF_ERROR(Check("beta", layer.beta, 0.0f, 100.0f));
  ALEXNET_RETURN_IF_ERROR(Check("k", layer.k, 1e-6f, 1e6f));
  ALEXNET_RETURN_IF_ERROR(Check("groups", layer.groups, 1, 16'777'216));
  return Status();
}

Status CheckOptions(const Activation& layer) {
  ALEXNET_RETURN_IF_ERROR(CheckKind("kind", layer.kind, ActivationKind::kTanh));
  return Status();
}

Status CheckOptions(const Dropout& layer) {
  ALEXNET_RETURN_IF_ERROR(Check("rate", layer.rate, 0.0f, 0.999f));
  return Status();
}

Status CheckOptions(const AdaptiveAveragePooling& layer) {
  ALEXNET_RETURN_IF_ERROR(Check("out_h", layer.out_h, 1, 16'777'216));
  ALEXNET_RETURN_IF_ERROR(Check("out_w", layer.out_w, 1, 16'777'216));
  return Status();
}

Status CheckOptions(const FullyConnected& layer) {
  ALEXNET_RETURN_IF_ERROR(
      Check("out_features", layer.out_features, 1, 16'777'216));
  ALEXNET_RETURN_IF_ERROR(CheckParameterRule("weight", layer.weight));
  ALEXNET_RETURN_IF_ERROR(CheckParameterRule("bias", layer.bias));
  return Status();
}

Status CheckOptions(const Softmax&) { return Status(); }

Status CheckOptions(const LocallyConnected& layer) {
  ALEXNET_RETURN_IF_ERROR(
      Check("out_channels", layer.out_channels, 1, 16'777'216));
  ALEXNET_RETURN_IF_ERROR(CheckWindow("window", layer.window));
  ALEXNET_RETURN_IF_ERROR(CheckParameterRule("weight", layer.weight));
  ALEXNET_RETURN_IF_ERROR(CheckParameterRule("bias", layer.bias));
  return Status();
}
// END options

}  // namespace

Status CheckSpec(const LayerSpec& spec) {
  return std::visit([](const auto& layer) { return CheckOptions(layer); },
                    spec);
}

}  // namespace alexnet
