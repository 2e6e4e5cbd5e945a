#include "tools/convert/model/layers.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
// C++20 needs none, but clang 14 does.
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

Window WindowOf(const alexnet_window& from) {
  return {from.kernel_h,   from.kernel_w,  from.stride_h,
          from.stride_w,   from.pad_top,   from.pad_left,
          from.pad_bottom, from.pad_right, from.rounding == ALEXNET_ROUND_CEIL};
}

LayerSpec SpecOf(const Network& network, size_t index, int32_t type) {
  switch (type) {
    case ALEXNET_LAYER_CONVOLUTION: {
      const ConvolutionOptions from = network.convolution(index);
      return Convolution{from.out_channels, WindowOf(from.window), from.groups,
                         from.no_bias == 0};
    }
    case ALEXNET_LAYER_POOLING: {
      const PoolingOptions from = network.pooling(index);
      return Pooling{from.kind == ALEXNET_POOL_AVERAGE, WindowOf(from.window),
                     from.exclude_padding == 0};
    }
    case ALEXNET_LAYER_LRN: {
      const LrnOptions from = network.lrn(index);
      return Lrn{from.region == ALEXNET_LRN_WITHIN_CHANNEL,
                 from.size,
                 from.alpha,
                 from.alpha_undivided == 0,
                 from.beta,
                 from.k,
                 from.groups};
    }
    case ALEXNET_LAYER_ACTIVATION:
      if (network.activation(index) == ALEXNET_ACTIVATION_TANH) return Tanh{};
      return Relu{};
    case ALEXNET_LAYER_DROPOUT:
      return Dropout{network.dropout(index)};
    case ALEXNET_LAYER_ADAPTIVE_AVERAGE_POOLING: {
      const auto [out_h, out_w] = network.adaptive_average_pooling(index);
      return AdaptiveAveragePooling{out_h, out_w};
    }
    case ALEXNET_LAYER_FULLY_CONNECTED: {
      const FullyConnectedOptions from = network.fully_connected(index);
      return FullyConnected{from.out_features, from.no_bias == 0};
    }
    case ALEXNET_LAYER_LOCALLY_CONNECTED: {
      const LocallyConnectedOptions from = network.locally_connected(index);
      return LocallyConnected{from.out_channels, WindowOf(from.window),
                              from.no_bias == 0};
    }
    case ALEXNET_LAYER_SOFTMAX:
      return Softmax{};
    default:
      throw Error(ALEXNET_INTERNAL,
                  "a type of layer that converters do not know: " +
                      std::to_string(type));
  }
}

// Without the batch.
std::vector<int64_t> BlobOf(const int64_t (&shape)[4], int64_t rank) {
  return {shape + 1, shape + rank};
}

alexnet_window ToAbi(const Window& window) {
  return {window.kernel_h,
          window.kernel_w,
          window.stride_h,
          window.stride_w,
          window.pad_top,
          window.pad_left,
          window.pad_bottom,
          window.pad_right,
          window.ceil ? ALEXNET_ROUND_CEIL : ALEXNET_ROUND_FLOOR,
          0};
}

void Add(Network& network, const std::string& name, const LayerSpec& spec) {
  std::visit(Overloaded{
                 [&](const Convolution& convolution) {
                   ConvolutionOptions options;
                   options.out_channels = convolution.out_channels;
                   options.window = ToAbi(convolution.window);
                   options.groups = convolution.groups;
                   options.no_bias = !convolution.has_bias;
                   network.add_convolution(name, options);
                 },
                 [&](const Pooling& pooling) {
                   PoolingOptions options;
                   options.kind = pooling.average ? ALEXNET_POOL_AVERAGE
                                                  : ALEXNET_POOL_MAX;
                   options.window = ToAbi(pooling.window);
                   options.exclude_padding = !pooling.count_padding;
                   network.add_pooling(name, options);
                 },
                 [&](const Lrn& lrn) {
                   // Zero is a default there and a value here, which no LRN
                   // has.
                   LrnOptions options;
                   options.region = lrn.within_channel
                                        ? ALEXNET_LRN_WITHIN_CHANNEL
                                        : ALEXNET_LRN_ACROSS_CHANNELS;
                   options.alpha_undivided = !lrn.divide_alpha;
                   options.size = lrn.size;
                   options.alpha = lrn.alpha;
                   options.beta = lrn.beta;
                   options.k = lrn.k;
                   options.groups = lrn.groups;
                   network.add_lrn(name, options);
                 },
                 [&](const Relu&) { network.add_relu(name); },
                 [&](const Tanh&) { network.add_tanh(name); },
                 [&](const Dropout& dropout) {
                   network.add_dropout(name, dropout.rate);
                 },
                 [&](const AdaptiveAveragePooling& pooling) {
                   network.add_adaptive_average_pooling(name, pooling.out_h,
                                                        pooling.out_w);
                 },
                 [&](const FullyConnected& full) {
                   FullyConnectedOptions options;
                   options.out_features = full.out_features;
                   options.no_bias = !full.has_bias;
                   network.add_fully_connected(name, options);
                 },
                 [&](const LocallyConnected& local) {
                   LocallyConnectedOptions options;
                   options.out_channels = local.out_channels;
                   options.window = ToAbi(local.window);
                   options.no_bias = !local.has_bias;
                   network.add_locally_connected(name, options);
                 },
                 [&](const Softmax&) { network.add_softmax(name); },
             },
             spec);
}

// Whether `layer` changes nothing in a network that is only run.
bool IsIdentity(const Layer& layer) {
  if (As<Dropout>(layer) != nullptr) return true;
  return As<AdaptiveAveragePooling>(layer) != nullptr &&
         layer.input == layer.output;
}

std::vector<const Layer*> WhatComputes(const Layers& layers) {
  std::vector<const Layer*> computing;
  for (const Layer& layer : layers.layers) {
    if (!IsIdentity(layer)) computing.push_back(&layer);
  }
  // Some exports leave the softmax to their user.
  if (!computing.empty() && As<Softmax>(*computing.back()) != nullptr) {
    computing.pop_back();
  }
  return computing;
}

// Padding at the end and the rounding only decide how many windows there are,
// since what is outside counts for nothing; outputs are compared apart.
bool SameWindow(const Window& a, const Window& b) {
  return a.kernel_h == b.kernel_h && a.kernel_w == b.kernel_w &&
         a.stride_h == b.stride_h && a.stride_w == b.stride_w &&
         a.pad_top == b.pad_top && a.pad_left == b.pad_left;
}

// The padding, on four sides, that an average counts: at the end, no more than
// its windows reach, and never what hangs over by rounding up.
std::array<int64_t, 4> CountedPads(const Pooling& pooling, const Layer& layer) {
  if (!pooling.count_padding) return {};
  const Window& w = pooling.window;
  const auto reach = [](int64_t input, int64_t output, int64_t kernel,
                        int64_t stride, int64_t before, int64_t after) {
    return std::clamp<int64_t>((output - 1) * stride + kernel - input - before,
                               0, after);
  };
  return {w.pad_top, w.pad_left,
          reach(layer.input[1], layer.output[1], w.kernel_h, w.stride_h,
                w.pad_top, w.pad_bottom),
          reach(layer.input[2], layer.output[2], w.kernel_w, w.stride_w,
                w.pad_left, w.pad_right)};
}

bool Close(float a, float b) {
  return std::abs(a - b) <= 1e-6f * std::max(std::abs(a), std::abs(b));
}

// What the sum of squares is multiplied by.
float Alpha(const Lrn& lrn) {
  if (!lrn.divide_alpha) return lrn.alpha;
  const auto size = static_cast<float>(lrn.size);
  return lrn.alpha / (lrn.within_channel ? size * size : size);
}

bool SameSpec(const Layer& a, const Layer& b) {
  if (a.spec.index() != b.spec.index() || a.input != b.input ||
      a.output != b.output) {
    return false;
  }
  return std::visit(
      Overloaded{
          [&](const Convolution& left) {
            const Convolution& right = *As<Convolution>(b);
            return SameWindow(left.window, right.window) &&
                   left.groups == right.groups &&
                   left.has_bias == right.has_bias;
          },
          [&](const LocallyConnected& left) {
            const LocallyConnected& right = *As<LocallyConnected>(b);
            return SameWindow(left.window, right.window) &&
                   left.has_bias == right.has_bias;
          },
          [&](const Pooling& left) {
            const Pooling& right = *As<Pooling>(b);
            return left.average == right.average &&
                   SameWindow(left.window, right.window) &&
                   (!left.average ||
                    CountedPads(left, a) == CountedPads(right, b));
          },
          [&](const Lrn& left) {
            const Lrn& right = *As<Lrn>(b);
            return left.within_channel == right.within_channel &&
                   left.size == right.size && left.groups == right.groups &&
                   Close(Alpha(left), Alpha(right)) &&
                   Close(left.beta, right.beta) && Close(left.k, right.k);
          },
          [&](const auto& left) {
            return left == std::get<std::decay_t<decltype(left)>>(b.spec);
          },
      },
      a.spec);
}

std::string WindowText(const Window& window) {
  return fmt::format("{}x{} stride {}x{} pads {} {} {} {}{}", window.kernel_h,
                     window.kernel_w, window.stride_h, window.stride_w,
                     window.pad_top, window.pad_left, window.pad_bottom,
                     window.pad_right, window.ceil ? " ceil" : "");
}

std::string BlobText(const std::vector<int64_t>& blob) {
  std::string text;
  for (const int64_t extent : blob) {
    text += (text.empty() ? "" : "x") + std::to_string(extent);
  }
  return text;
}

}  // namespace

bool HasWeights(const Layer& layer) {
  return As<Convolution>(layer) != nullptr ||
         As<FullyConnected>(layer) != nullptr ||
         As<LocallyConnected>(layer) != nullptr;
}

std::string SpecText(const Layer& layer) {
  std::string text = std::visit(
      Overloaded{
          [](const Convolution& convolution) {
            return fmt::format("convolution {}, {} filters, {} groups{}",
                               WindowText(convolution.window),
                               convolution.out_channels, convolution.groups,
                               convolution.has_bias ? "" : ", no bias");
          },
          [](const Pooling& pooling) {
            return fmt::format("{} pooling {}",
                               pooling.average ? "average" : "max",
                               WindowText(pooling.window));
          },
          [](const Lrn& lrn) {
            return fmt::format(
                "LRN {} {}, alpha {:g}{}, beta {:g}, k {:g}, {} groups",
                lrn.within_channel ? "within" : "across", lrn.size, lrn.alpha,
                lrn.divide_alpha ? "/n" : "", lrn.beta, lrn.k, lrn.groups);
          },
          [](const Relu&) { return std::string("ReLU"); },
          [](const Tanh&) { return std::string("tanh"); },
          [](const Dropout& dropout) {
            return fmt::format("dropout {:g}", dropout.rate);
          },
          [](const AdaptiveAveragePooling& pooling) {
            return fmt::format("adaptive average pooling to {}x{}",
                               pooling.out_h, pooling.out_w);
          },
          [](const FullyConnected& full) {
            return fmt::format("fully connected, {} units{}", full.out_features,
                               full.has_bias ? "" : ", no bias");
          },
          [](const LocallyConnected& local) {
            return fmt::format("locally connected {}, {} channels{}",
                               WindowText(local.window), local.out_channels,
                               local.has_bias ? "" : ", no bias");
          },
          [](const Softmax&) { return std::string("softmax"); },
      },
      layer.spec);
  if (!layer.output.empty()) text += " -> " + BlobText(layer.output);
  return text;
}

Layers LayersOf(const Network& network, const std::string& name) {
  Layers layers;
  layers.name = name;
  const std::vector<LayerInfo> infos = network.layers();
  if (infos.empty()) throw Invalid("layers", "there are none");
  for (size_t i = 0; i < infos.size(); ++i) {
    const LayerInfo& info = infos[i];
    layers.layers.push_back({info.name, SpecOf(network, i, info.type),
                             BlobOf(info.input, info.input_rank),
                             BlobOf(info.output, info.output_rank)});
  }
  const std::vector<int64_t>& input = layers.layers.front().input;
  layers.channels = input[0];
  layers.height = input[1];
  layers.width = input[2];
  return layers;
}

Network NetworkOf(const Layers& layers) {
  Network network(layers.name, layers.channels, layers.height, layers.width);
  for (const Layer& layer : layers.layers) {
    try {
      Add(network, layer.name, layer.spec);
    } catch (const Error& error) {
      throw Error(error.code(), error.message(), error.file(),
                  "layer \"" + layer.name + "\"");
    }
  }
  return network;
}

Layers WithShapes(const Layers& layers) {
  return LayersOf(NetworkOf(layers), layers.name);
}

std::string FirstDifference(const Layers& a, const Layers& b) {
  const auto input = [](const Layers& layers) {
    return BlobText({layers.channels, layers.height, layers.width});
  };
  if (input(a) != input(b)) {
    return fmt::format("the input is {} in {}, {} in {}", input(a), a.name,
                       input(b), b.name);
  }
  const std::vector<const Layer*> left = WhatComputes(a);
  const std::vector<const Layer*> right = WhatComputes(b);
  for (size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
    if (SameSpec(*left[i], *right[i])) continue;
    return fmt::format("layer {} is {} in {}, {} ({}) in {}", left[i]->name,
                       SpecText(*left[i]), a.name, SpecText(*right[i]),
                       right[i]->name, b.name);
  }
  if (left.size() == right.size()) return "";
  const bool more_left = left.size() > right.size();
  const Layer& extra = more_left ? *left[right.size()] : *right[left.size()];
  return fmt::format("layer {}, {}, is only in {}", extra.name, SpecText(extra),
                     more_left ? a.name : b.name);
}

bool ComputeTheSame(const Layers& a, const Layers& b) {
  return FirstDifference(a, b).empty();
}

}  // namespace alexnet::convert
