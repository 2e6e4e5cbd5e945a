#include "core/network/layer_check.h"

#include <fmt/format.h>

#include <cmath>

namespace alexnet {
namespace {

// Extents beyond this would overflow products of a few of them; no network of
// the family comes near.
constexpr int64_t kMaxExtent = int64_t{1} << 24;

Status CheckRange(const char* field, int64_t value, int64_t least,
                  int64_t most) {
  if (value >= least && value <= most) return Status();
  return InvalidArgumentError(
      fmt::format("{} is {}; it must be {} to {}", field, value, least, most));
}

Status CheckNumber(const char* field, float value, float least, float most) {
  if (value >= least && value <= most) return Status();  // false for NaN
  return InvalidArgumentError(
      fmt::format("{} is {}; it must be {} to {}", field, value, least, most));
}

Status CheckWindow(const Window& window) {
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("kernel_h", window.kernel_h, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("kernel_w", window.kernel_w, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("stride_h", window.stride_h, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("stride_w", window.stride_w, 1, kMaxExtent));
  // A pad of a whole kernel would make windows that see nothing.
  const int64_t tall = window.kernel_h - 1;
  const int64_t wide = window.kernel_w - 1;
  ALEXNET_RETURN_IF_ERROR(CheckRange("pad_top", window.pad_top, 0, tall));
  ALEXNET_RETURN_IF_ERROR(CheckRange("pad_bottom", window.pad_bottom, 0, tall));
  ALEXNET_RETURN_IF_ERROR(CheckRange("pad_left", window.pad_left, 0, wide));
  ALEXNET_RETURN_IF_ERROR(CheckRange("pad_right", window.pad_right, 0, wide));
  return CheckRange("rounding", static_cast<int64_t>(window.rounding), 0, 1);
}

Status CheckRule(const char* field, const ParameterRule& rule) {
  constexpr float kMost = 1e6f;
  Status status = CheckRange("init kind", static_cast<int64_t>(rule.init.kind),
                             0, static_cast<int64_t>(InitKind::kFanInUniform));
  if (status.ok()) {
    status = CheckNumber("init value", rule.init.value, -kMost, kMost);
  }
  if (status.ok()) status = CheckNumber("rate", rule.rate, 0, kMost);
  if (status.ok()) status = CheckNumber("decay", rule.decay, 0, kMost);
  return status.WithContext(field);
}

}  // namespace

Status CheckSpec(const Convolution& convolution) {
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("out_channels", convolution.out_channels, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("groups", convolution.groups, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(CheckRule("weight", convolution.weight));
  ALEXNET_RETURN_IF_ERROR(CheckRule("bias", convolution.bias));
  return CheckWindow(convolution.window);
}

Status CheckSpec(const Pooling& pooling) {
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("kind", static_cast<int64_t>(pooling.kind), 0, 1));
  return CheckWindow(pooling.window);
}

Status CheckSpec(const Lrn& lrn) {
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("region", static_cast<int64_t>(lrn.region), 0, 1));
  ALEXNET_RETURN_IF_ERROR(CheckRange("size", lrn.size, 1, 1024));
  ALEXNET_RETURN_IF_ERROR(CheckRange("groups", lrn.groups, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(CheckNumber("alpha", lrn.alpha, 0, 1e6f));
  ALEXNET_RETURN_IF_ERROR(CheckNumber("beta", lrn.beta, 0, 100));
  // The base of the power must stay above zero for an input of zeros.
  return CheckNumber("k", lrn.k, 1e-6f, 1e6f);
}

Status CheckSpec(const Activation& activation) {
  return CheckRange("kind", static_cast<int64_t>(activation.kind), 0, 1);
}

Status CheckSpec(const Dropout& dropout) {
  return CheckNumber("rate", dropout.rate, 0, 0.999f);
}

Status CheckSpec(const AdaptiveAveragePooling& pooling) {
  ALEXNET_RETURN_IF_ERROR(CheckRange("out_h", pooling.out_h, 1, kMaxExtent));
  return CheckRange("out_w", pooling.out_w, 1, kMaxExtent);
}

Status CheckSpec(const FullyConnected& full) {
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("out_features", full.out_features, 1, kMaxExtent));
  ALEXNET_RETURN_IF_ERROR(CheckRule("weight", full.weight));
  return CheckRule("bias", full.bias);
}

Status CheckSpec(const Softmax&) { return Status(); }

}  // namespace alexnet
