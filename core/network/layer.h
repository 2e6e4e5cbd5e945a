// Layer: one step of a network, with every semantic choice explicit, so that
// one engine runs every variant of the family exactly.
//
// A network of this family is a chain. The two towers of the paper are groups:
// a layer with groups = 2 keeps the towers apart, one with groups = 1 joins
// them. Blobs are (N, C, H, W) until a fully connected layer flattens them to
// (N, F) in C, H, W order.

#ifndef ALEXNET_CORE_NETWORK_LAYER_H_
#define ALEXNET_CORE_NETWORK_LAYER_H_

#include <cstdint>
#include <string>
#include <variant>

namespace alexnet {

// Numbers in this file are those of the model file and never change.

// How the number of windows along an axis is rounded.
enum class Rounding : int8_t {
  kFloor = 0,
  // The last window may hang over the edge; taps outside count as zero in a
  // convolution and not at all in a maximum. A pooling window that would start
  // in the end padding or beyond is dropped, as Caffe and PyTorch do.
  kCeil = 1,
};

// A window that slides over height and width.
struct Window {
  int64_t kernel_h = 1;
  int64_t kernel_w = 1;
  int64_t stride_h = 1;
  int64_t stride_w = 1;
  int64_t pad_top = 0;
  int64_t pad_left = 0;
  int64_t pad_bottom = 0;
  int64_t pad_right = 0;
  Rounding rounding = Rounding::kFloor;

  static Window Square(int64_t kernel, int64_t stride, int64_t pad = 0,
                       Rounding rounding = Rounding::kFloor) {
    return {kernel, kernel, stride, stride, pad, pad, pad, pad, rounding};
  }
  bool operator==(const Window&) const = default;
};

// How a parameter tensor starts.
enum class InitKind : int8_t {
  kConstant = 0,         // value
  kGaussian = 1,         // mean 0, standard deviation `value`
  kTruncatedNormal = 2,  // likewise, redrawn beyond two standard deviations
  kXavierUniform = 3,    // +-sqrt(6 / (fan_in + fan_out)); value unused
  kFanInUniform = 4,     // +-1 / sqrt(fan_in), PyTorch's default; value unused
};

struct Init {
  InitKind kind = InitKind::kConstant;
  float value = 0.0f;
  bool operator==(const Init&) const = default;
};

// How a parameter tensor learns: multipliers of the learning rate and of the
// weight decay. A rate of 0 freezes it.
struct ParameterRule {
  Init init;
  float rate = 1.0f;
  float decay = 1.0f;
  bool operator==(const ParameterRule&) const = default;
};

// Cross-correlation over (N, C, H, W) with weights (O, C / groups, kH, kW).
struct Convolution {
  int64_t out_channels = 0;
  Window window;
  int64_t groups = 1;
  bool has_bias = true;
  ParameterRule weight;
  ParameterRule bias;
  bool operator==(const Convolution&) const = default;
};

enum class PoolKind : int8_t { kMax = 0, kAverage = 1 };

struct Pooling {
  PoolKind kind = PoolKind::kMax;
  Window window;
  // Average only: whether padding taps count in the divisor. Taps beyond the
  // padding (ceil rounding) never count.
  bool count_padding = true;
  bool operator==(const Pooling&) const = default;
};

enum class LrnRegion : int8_t {
  kAcrossChannels = 0,  // n = size neighbouring channels at one position
  kWithinChannel = 1,   // n = size x size positions of one channel
};

// Local response normalization, section 3.3 of the paper:
//   y = x / (k + a * sum of x^2 over the window)^beta,
//   a = alpha / n if divide_alpha (Caffe, ONNX, PyTorch, cuDNN, the 2012 code),
//   a = alpha otherwise (TensorFlow, the paper's text).
// The window is centred ((size - 1) / 2 before, size / 2 after) and clipped at
// the edges, n is not. Across channels, it does not cross from one of `groups`
// equal runs of channels to the next: each tower normalizes alone.
struct Lrn {
  LrnRegion region = LrnRegion::kAcrossChannels;
  int64_t size = 5;
  float alpha = 1e-4f;
  bool divide_alpha = true;
  float beta = 0.75f;
  float k = 1.0f;
  int64_t groups = 1;
  bool operator==(const Lrn&) const = default;
};

enum class ActivationKind : int8_t { kRelu = 0, kTanh = 1 };

struct Activation {
  ActivationKind kind = ActivationKind::kRelu;
  bool operator==(const Activation&) const = default;
};

// Zeroes a unit with probability `rate` while training and scales the others by
// 1 / (1 - rate); the identity otherwise.
struct Dropout {
  float rate = 0.5f;
  bool operator==(const Dropout&) const = default;
};

// Average over out_h x out_w windows, window i covering
// floor(i * H / out_h) to ceil((i + 1) * H / out_h) - 1, as PyTorch does.
struct AdaptiveAveragePooling {
  int64_t out_h = 1;
  int64_t out_w = 1;
  bool operator==(const AdaptiveAveragePooling&) const = default;
};

// y = x W^T + b over the flattened input; weights (out, in).
struct FullyConnected {
  int64_t out_features = 0;
  bool has_bias = true;
  ParameterRule weight;
  ParameterRule bias;
  bool operator==(const FullyConnected&) const = default;
};

// Over the channel axis of (N, F) or (N, C, 1, 1).
struct Softmax {
  bool operator==(const Softmax&) const = default;
};

using LayerSpec = std::variant<Convolution, Pooling, Lrn, Activation, Dropout,
                               AdaptiveAveragePooling, FullyConnected, Softmax>;

struct Layer {
  std::string name;  // unique in the network, e.g. "conv1", "relu1", "fc6"
  LayerSpec spec;
  bool operator==(const Layer&) const = default;
};

// The kind in words: "convolution", "max pooling", "LRN", "ReLU", ...
const char* LayerKindName(const Layer& layer);

// The spec when `layer` is of kind T, else null.
template <typename T>
const T* As(const Layer& layer) {
  return std::get_if<T>(&layer.spec);
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_LAYER_H_
