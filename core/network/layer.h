// Layer: one step of a network, with every semantic choice explicit, so that
// one engine runs every variant of the family exactly.
//
// A network of this family is a chain. The two towers of the paper are groups:
// a layer with groups = 2 keeps the towers apart, one with groups = 1 joins
// them. Blobs are (N, C, H, W) until a fully connected layer flattens them to
// (N, F) in C, H, W order.

#ifndef ALEXNET_CORE_NETWORK_LAYER_H_
#define ALEXNET_CORE_NETWORK_LAYER_H_

#include <array>
#include <cstdint>
#include <string>
#include <variant>

namespace alexnet {

// Numbers in this file are those of the model file and never change.

// BEGIN options: core.enum Rounding
// How the number of windows along an axis is rounded.
enum class Rounding : int8_t {
  // Down.
  kFloor = 0,
  // Up, as Caffe pools: taps outside count as zero in a convolution and not at
  // all in a maximum; a pooling window that would start in the padding at the
  // end is dropped.
  kCeil = 1,
};
// END options
// BEGIN options: core.names Rounding
inline constexpr std::array kRoundingNames = {"floor", "ceil"};
// END options

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

// BEGIN options: core.enum Initializer
// How a parameter tensor starts.
enum class InitKind : int8_t {
  // With the value everywhere.
  kConstant = 0,
  // Mean 0, standard deviation the value.
  kGaussian = 1,
  // The same, redrawn beyond two standard deviations.
  kTruncatedNormal = 2,
  // Within sqrt(6 / (fan in + fan out)) of 0; without the value.
  kXavierUniform = 3,
  // Within 1 / sqrt(fan in) of 0, PyTorch's; without the value.
  kFanInUniform = 4,
};
// END options
// BEGIN options: core.names Initializer
inline constexpr std::array kInitKindNames = {
    "constant", "gaussian", "truncated_normal", "xavier_uniform",
    "fan_in_uniform"};
// END options

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

// BEGIN options: core.enum PoolKind
// What pooling takes of a window.
enum class PoolKind : int8_t {
  // The largest value.
  kMax = 0,
  // The mean.
  kAverage = 1,
};
// END options
// BEGIN options: core.names PoolKind
inline constexpr std::array kPoolKindNames = {"max", "average"};
// END options

// BEGIN options: core.enum LrnRegion
// What a window of response normalization spans.
enum class LrnRegion : int8_t {
  // `size` neighbouring channels at one position.
  kAcrossChannels = 0,
  // `size` x `size` positions of one channel.
  kWithinChannel = 1,
};
// END options
// BEGIN options: core.names LrnRegion
inline constexpr std::array kLrnRegionNames = {"across_channels",
                                               "within_channel"};
// END options

// BEGIN options: core.enum ActivationKind
// An elementwise function.
enum class ActivationKind : int8_t {
  // max(x, 0).
  kRelu = 0,
  // The hyperbolic tangent.
  kTanh = 1,
};
// END options
// BEGIN options: core.names ActivationKind
inline constexpr std::array kActivationKindNames = {"relu", "tanh"};
// END options

// BEGIN options: layers.structs LayerType
// Cross-correlation over (N, C, H, W) with weights (out_channels, C / groups,
// kernel_h, kernel_w).
struct Convolution {
  // Number of kernels; 1 to 16,777,216.
  int64_t out_channels = 0;
  // What slides over height and width.
  Window window;
  // Equal runs of channels that are kept apart; 2 are the paper's towers; 1 to
  // 16,777,216.
  int64_t groups = 1;
  // Whether there are biases.
  bool has_bias = true;
  // How the weights start and learn.
  ParameterRule weight;
  // How the biases start and learn.
  ParameterRule bias;
  bool operator==(const Convolution&) const = default;
};

// One value of each window of each channel.
struct Pooling {
  // What is taken of a window.
  PoolKind kind = PoolKind::kMax;
  // What slides over height and width.
  Window window;
  // Average: whether padding counts in the divisor; taps beyond it, of rounding
  // up, never do.
  bool count_padding = true;
  bool operator==(const Pooling&) const = default;
};

// Local response normalization (section 3.3 of the paper): y = x / (k + a * sum
// of x^2 over a window)^beta. The window is centred ((size - 1) / 2 before,
// size / 2 after) and clipped at the edges, the number of elements that alpha
// is divided by is not.
struct Lrn {
  // What the window spans.
  LrnRegion region = LrnRegion::kAcrossChannels;
  // Extent of the window: channels, or pixels of a square; 1 to 1,024.
  int64_t size = 5;
  // The factor a, times the number of the window's elements unless
  // `alpha_undivided`; 0 to 1e6.
  float alpha = 1e-4f;
  // Whether a is alpha divided by the number of elements (Caffe, ONNX, PyTorch,
  // cuDNN, the 2012 code), not alpha (TensorFlow, the paper's text).
  bool divide_alpha = true;
  // The exponent; 0 to 100.
  float beta = 0.75f;
  // What is added to the sum; the paper's is 2; 1e-6 to 1e6.
  float k = 1.0f;
  // Equal runs of channels that the window does not cross: each tower
  // normalizes alone; 1 to 16,777,216.
  int64_t groups = 1;
  bool operator==(const Lrn&) const = default;
};

// A function of each element.
struct Activation {
  // Which one.
  ActivationKind kind = ActivationKind::kRelu;
  bool operator==(const Activation&) const = default;
};

// Zeroes units while training and scales the others by 1 / (1 - rate); the
// identity otherwise.
struct Dropout {
  // Probability of a zero; 0 to 0.999.
  float rate = 0.5f;
  bool operator==(const Dropout&) const = default;
};

// Averages over out_h x out_w windows that cover the input, window i from
// floor(i * H / out_h) to ceil((i + 1) * H / out_h) - 1, as PyTorch does.
struct AdaptiveAveragePooling {
  // Rows of the output; 1 to 16,777,216.
  int64_t out_h = 1;
  // Columns of the output; 1 to 16,777,216.
  int64_t out_w = 1;
  bool operator==(const AdaptiveAveragePooling&) const = default;
};

// y = x W^T + b over the flattened input; weights (out_features, in).
struct FullyConnected {
  // Number of units; 1 to 16,777,216.
  int64_t out_features = 0;
  // Whether there are biases.
  bool has_bias = true;
  // How the weights start and learn.
  ParameterRule weight;
  // How the biases start and learn.
  ParameterRule bias;
  bool operator==(const FullyConnected&) const = default;
};

// Probabilities over the channels of (N, F) or (N, C, 1, 1).
struct Softmax {
  bool operator==(const Softmax&) const = default;
};

// As a convolution, but each unit of the output has weights and a bias of its
// own: weights (out_channels * out_h * out_w, C, kernel_h, kernel_w), a row for
// each unit in C, H, W order. Taps outside the input count as zero; their
// weights have no gradient.
struct LocallyConnected {
  // Number of channels of the output; 1 to 16,777,216.
  int64_t out_channels = 0;
  // What slides over height and width.
  Window window;
  // Whether there are biases.
  bool has_bias = true;
  // How the weights start and learn.
  ParameterRule weight;
  // How the biases start and learn.
  ParameterRule bias;
  bool operator==(const LocallyConnected&) const = default;
};

using LayerSpec = std::variant<Convolution, Pooling, Lrn, Activation, Dropout,
                               AdaptiveAveragePooling, FullyConnected, Softmax,
                               LocallyConnected>;
// END options

struct Layer {
  std::string name;  // unique in the network, e.g. "conv1", "relu1", "fc6"
  LayerSpec spec;
  bool operator==(const Layer&) const = default;
};

// BEGIN options: core.enum LayerType
// What a layer computes.
enum class LayerType : int8_t {
  // Cross-correlation.
  kConvolution = 0,
  // One value of each window.
  kPooling = 1,
  // Local response normalization.
  kLrn = 2,
  // A function of each element.
  kActivation = 3,
  // Zeroes while training.
  kDropout = 4,
  // Averages that cover the input.
  kAdaptiveAveragePooling = 5,
  // y = x W^T + b.
  kFullyConnected = 6,
  // Probabilities of classes.
  kSoftmax = 7,
  // As a convolution, with weights of its own at each place.
  kLocallyConnected = 8,
};
// END options

// BEGIN options: core.names LayerType
inline constexpr std::array kLayerTypeNames = {
    "convolution",     "pooling", "lrn",
    "activation",      "dropout", "adaptive_average_pooling",
    "fully_connected", "softmax", "locally_connected"};
// END options

LayerType LayerTypeOf(const Layer& layer);

// The kind in words: "convolution", "max pooling", "LRN", "ReLU", ...
const char* LayerKindName(const Layer& layer);
// The settings in words: "11x11 stride 4 pad 2, 64 filters".
std::string DescribeSettings(const Layer& layer);

// The spec when `layer` is of kind T, else null.
template <typename T>
const T* As(const Layer& layer) {
  return std::get_if<T>(&layer.spec);
}

// Calls `visit` with the spec of a layer that has parameters; all such specs
// have `weight`, `bias` and `has_bias`. False for the other layers.
template <typename AnyLayer, typename Visit>
bool VisitParameters(AnyLayer& layer, Visit&& visit) {
  return std::visit(
      [&](auto& spec) {
        if constexpr (requires { spec.weight, spec.bias, spec.has_bias; }) {
          visit(spec);
          return true;
        } else {
          return false;
        }
      },
      layer.spec);
}

inline bool HasParameters(const Layer& layer) {
  return VisitParameters(layer, [](const auto&) {});
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_LAYER_H_
