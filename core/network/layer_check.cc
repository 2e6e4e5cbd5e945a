#include "core/network/layer_check.h"

#include <fmt/core.h>

#include <cstdint>
#include <type_traits>

#include "core/base/check.h"

namespace alexnet {
namespace {

// Extents beyond this would overflow products of a few of them; no network of
// the family comes near.
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

Status CheckWindow(const Window& window) {
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

Status CheckRule(const char* tensor, const ParameterRule& rule) {
  constexpr float kMost = 1e6f;
  Status status = CheckKind("init", rule.init.kind, InitKind::kFanInUniform);
  if (status.ok()) {
    status = Check("value", rule.init.value, -kMost, kMost);
  }
  if (status.ok()) status = Check("rate", rule.rate, 0, kMost);
  if (status.ok()) status = Check("decay", rule.decay, 0, kMost);
  return status.WithContext(tensor);
}

}  // namespace

Status CheckSpec(const Convolution& convolution) {
  ALEXNET_RETURN_IF_ERROR(
      Check("out_channels", convolution.out_channels, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(Check("groups", convolution.groups, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(CheckRule("weight", convolution.weight));
  ALEXNET_RETURN_IF_ERROR(CheckRule("bias", convolution.bias));
  return CheckWindow(convolution.window);
}

Status CheckSpec(const Pooling& pooling) {
  ALEXNET_RETURN_IF_ERROR(CheckKind("kind", pooling.kind, PoolKind::kAverage));
  return CheckWindow(pooling.window);
}

Status CheckSpec(const Lrn& lrn) {
  ALEXNET_RETURN_IF_ERROR(
      CheckKind("region", lrn.region, LrnRegion::kWithinChannel));
  ALEXNET_RETURN_IF_ERROR(Check("size", lrn.size, 1, 1024));
  ALEXNET_RETURN_IF_ERROR(Check("groups", lrn.groups, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(Check("alpha", lrn.alpha, 0, 1e6f));
  ALEXNET_RETURN_IF_ERROR(Check("beta", lrn.beta, 0, 100));
  // The base of the power must stay above zero for an input of zeros.
  return Check("k", lrn.k, 1e-6f, 1e6f);
}

Status CheckSpec(const Activation& activation) {
  return CheckKind("kind", activation.kind, ActivationKind::kTanh);
}

Status CheckSpec(const Dropout& dropout) {
  return Check("rate", dropout.rate, 0, 0.999f);
}

Status CheckSpec(const AdaptiveAveragePooling& pooling) {
  ALEXNET_RETURN_IF_ERROR(Check("out_h", pooling.out_h, 1, kMaxExtent));
  return Check("out_w", pooling.out_w, 1, kMaxExtent);
}

Status CheckSpec(const FullyConnected& full) {
  ALEXNET_RETURN_IF_ERROR(
      Check("out_features", full.out_features, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(CheckRule("weight", full.weight));
  return CheckRule("bias", full.bias);
}

Status CheckSpec(const Softmax&) { return Status(); }

}  // namespace alexnet
