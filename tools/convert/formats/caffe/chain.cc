// Caffe's layers as the engine's.

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "tools/convert/formats/caffe/net.h"

namespace alexnet::convert::caffe {
namespace {

constexpr int32_t kTrain = 0;

bool IsOneOf(const std::string& type,
             std::initializer_list<std::string_view> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// What gives pictures, not what computes.
bool IsSource(const LayerParameter& layer) {
  return IsOneOf(layer.type(), {"Data", "ImageData", "Input", "HDF5Data",
                                "MemoryData", "DummyData", "WindowData"});
}

// Whether the layer is there in one of the phases alone.
bool IsOnlyIn(bool training, const LayerParameter& layer) {
  const auto is_training = [](const NetStateRule& rule) {
    return rule.phase() == kTrain;
  };
  for (const NetStateRule& rule : layer.include()) {
    if (rule.has_phase() && is_training(rule) == training) return true;
  }
  for (const NetStateRule& rule : layer.exclude()) {
    if (rule.has_phase() && is_training(rule) != training) return true;
  }
  return false;
}

// The pieces of Caffe's windows: a square, or one number for each axis.
struct Pair {
  int64_t h;
  int64_t w;
};

template <typename Repeated>
Pair PairOf(const Repeated& square, bool has_h, uint32_t h, bool has_w,
            uint32_t w, int64_t otherwise) {
  if (has_h || has_w) return {h, w};
  if (square.size() == 0) return {otherwise, otherwise};
  return {square.Get(0), square.Get(std::min(1, square.size() - 1))};
}

Window WindowOf(Pair kernel, Pair stride, Pair pad) {
  Window window;
  window.kernel_h = kernel.h;
  window.kernel_w = kernel.w;
  window.stride_h = stride.h;
  window.stride_w = stride.w;
  window.pad_top = window.pad_bottom = pad.h;
  window.pad_left = window.pad_right = pad.w;
  return window;
}

Convolution ConvolutionOf(const ConvolutionParameter& p,
                          const std::string& where) {
  for (const uint32_t dilation : p.dilation()) {
    if (dilation != 1) throw Unsupported(where, "is dilated");
  }
  if (p.axis() != 1 || p.kernel_size_size() > 2) {
    throw Unsupported(where, "is not over two axes");
  }
  Convolution convolution;
  convolution.out_channels = p.num_output();
  convolution.groups = p.group();
  convolution.has_bias = p.bias_term();
  convolution.window = WindowOf(
      PairOf(p.kernel_size(), p.has_kernel_h(), p.kernel_h(), p.has_kernel_w(),
             p.kernel_w(), 0),
      PairOf(p.stride(), p.has_stride_h(), p.stride_h(), p.has_stride_w(),
             p.stride_w(), 1),
      PairOf(p.pad(), p.has_pad_h(), p.pad_h(), p.has_pad_w(), p.pad_w(), 0));
  return convolution;
}

LayerSpec PoolingOf(const PoolingParameter& p, const std::string& where) {
  if (p.pool() == PoolingParameter::STOCHASTIC) {
    throw Unsupported(where, "pools at random");
  }
  const bool average = p.pool() == PoolingParameter::AVE;
  if (p.global_pooling()) {
    if (average) return AdaptiveAveragePooling{1, 1};
    throw Unsupported(where, "takes the maximum of a whole map");
  }
  const auto either = [](bool has_h, uint32_t h, bool has_w, uint32_t w,
                         uint32_t square) {
    return has_h || has_w ? Pair{h, w} : Pair{square, square};
  };
  Pooling pooling;
  pooling.average = average;
  pooling.window = WindowOf(
      either(p.has_kernel_h(), p.kernel_h(), p.has_kernel_w(), p.kernel_w(),
             p.kernel_size()),
      either(p.has_stride_h(), p.stride_h(), p.has_stride_w(), p.stride_w(),
             p.stride()),
      either(p.has_pad_h(), p.pad_h(), p.has_pad_w(), p.pad_w(), p.pad()));
  pooling.window.ceil = p.round_mode() == PoolingParameter::CEIL;
  return pooling;
}

LayerSpec SpecOf(const LayerParameter& p, const std::string& where) {
  const std::string& type = p.type();
  if (type == "Convolution") {
    return ConvolutionOf(p.convolution_param(), where);
  }
  if (type == "Pooling") return PoolingOf(p.pooling_param(), where);
  if (type == "LRN") {
    const LRNParameter& lrn = p.lrn_param();
    return Lrn{lrn.norm_region() == LRNParameter::WITHIN_CHANNEL,
               lrn.local_size(),
               lrn.alpha(),
               true,
               lrn.beta(),
               lrn.k(),
               1};
  }
  if (type == "ReLU") {
    if (p.relu_param().negative_slope() == 0.0f) return Relu{};
    throw Unsupported(where, "is a leaky ReLU");
  }
  if (type == "TanH") return Tanh{};
  if (type == "Dropout") return Dropout{p.dropout_param().dropout_ratio()};
  if (type == "InnerProduct") {
    const InnerProductParameter& full = p.inner_product_param();
    if (full.axis() != 1) throw Unsupported(where, "is not over axis 1");
    return FullyConnected{full.num_output(), full.bias_term()};
  }
  if (IsOneOf(type, {"Softmax", "SoftmaxWithLoss"})) {
    if (p.softmax_param().axis() == 1) return Softmax{};
    throw Unsupported(where, "is a softmax over another axis than 1");
  }
  throw Unsupported(where,
                    "is of type \"" + type +
                        "\"; the engine computes Convolution, Pooling, LRN, "
                        "ReLU, TanH, Dropout, InnerProduct and Softmax, "
                        "BatchNorm, Scale and Bias behind weights, and Sigmoid "
                        "at the end");
}

// What multiplies and shifts each channel by fixed numbers.
bool IsNormalization(const LayerParameter& layer) {
  return IsOneOf(layer.type(), {"BatchNorm", "Scale", "Bias"});
}

// Throws unless the layer can be folded into the one before it.
void CheckFolds(const Layers& layers, const LayerParameter& p,
                const std::string& where) {
  const bool follows = !layers.layers.empty() &&
                       (As<Convolution>(layers.layers.back()) != nullptr ||
                        As<FullyConnected>(layers.layers.back()) != nullptr);
  if (!follows) {
    throw Unsupported(
        where, "is of type \"" + p.type() +
                   "\" and does not directly follow a convolution or fully "
                   "connected layer, whose weights it could be folded into");
  }
  if (p.bottom_size() != 1 || p.scale_param().axis() != 1 ||
      p.scale_param().num_axes() != 1) {
    throw Unsupported(where,
                      "scales by something else than one number for "
                      "each channel");
  }
}

std::vector<int64_t> InputOf(const Net& net) {
  if (net.input.size() == 4) return net.input;
  int64_t crop = 0;
  for (const NetLayer& layer : net.layers) {
    const auto& shapes = layer.parameter.input_param().shape();
    if (layer.parameter.type() == "Input" && !shapes.empty() &&
        shapes.Get(0).dim_size() == 4) {
      const auto& dims = shapes.Get(0).dim();
      return {dims.begin(), dims.end()};
    }
    if (IsSource(layer.parameter)) {
      crop = std::max<int64_t>(crop,
                               layer.parameter.transform_param().crop_size());
    }
  }
  return {1, 0, crop, crop};
}

// Where the chain stands, under the names that layers give it.
class Place {
 public:
  void Start(const std::string& blob) {
    if (names_.empty()) names_.insert(blob);
  }
  bool Has(const std::string& blob) const {
    return names_.empty() || names_.contains(blob);
  }
  void AddNames(const LayerParameter& split) {
    names_.insert(split.top().begin(), split.top().end());
  }
  void Move(const LayerParameter& layer) {
    names_ = {layer.top().begin(), layer.top().end()};
  }

 private:
  std::set<std::string> names_;  // empty before the first layer
};

}  // namespace

bool OnlyTrains(const LayerParameter& layer) { return IsOnlyIn(true, layer); }
bool OnlyTests(const LayerParameter& layer) { return IsOnlyIn(false, layer); }

Layers FoldedLayers(const Chain& chain) {
  Layers layers = chain.layers;
  for (const Chain::Folded& folded : chain.folded) {
    LayerSpec& spec = layers.layers[folded.layer].spec;
    if (auto* convolution = std::get_if<Convolution>(&spec)) {
      convolution->has_bias = true;
    } else if (auto* full = std::get_if<FullyConnected>(&spec)) {
      full->has_bias = true;
    }
  }
  return layers;
}

Chain ChainOf(const Net& net) {
  Chain chain;
  Layers& layers = chain.layers;
  layers.name = net.name.empty() ? "network" : net.name;
  const std::vector<int64_t> input = InputOf(net);
  layers.channels = input[1];
  layers.height = input[2];
  layers.width = input[3];
  Place place;
  std::set<std::string> names;
  for (size_t i = 0; i < net.layers.size(); ++i) {
    const LayerParameter& p = net.layers[i].parameter;
    const std::string where = "layer \"" + p.name() + "\"";
    if (IsSource(p)) {
      if (p.top_size() > 0) place.Start(p.top(0));
      continue;
    }
    const bool softmax_seen =
        !layers.layers.empty() && As<Softmax>(layers.layers.back()) != nullptr;
    if (OnlyTrains(p) || p.type() == "Accuracy" || p.type() == "Silence" ||
        (softmax_seen && IsOneOf(p.type(), {"Softmax", "SoftmaxWithLoss"}))) {
      continue;
    }
    // Splits of the labels, which no layer of the chain gives, feed losses.
    const bool follows = p.bottom_size() > 0 && place.Has(p.bottom(0));
    if (p.type() == "Split") {
      if (follows) place.AddNames(p);
      continue;
    }
    if (!follows || p.top_size() == 0) {
      throw Unsupported(where,
                        "does not follow the layer before it: a network "
                        "of this family is a chain");
    }
    if (IsOneOf(p.type(), {"Flatten", "Reshape"})) {
      place.Move(p);
      continue;
    }
    if (!names.insert(p.name()).second) {
      throw Damaged(where, "is there twice");
    }
    if (chain.sigmoid) {
      throw Unsupported(where, "follows a sigmoid, which is read at the end");
    }
    if (IsOneOf(p.type(), {"Sigmoid", "SigmoidCrossEntropyLoss"})) {
      chain.sigmoid = true;
      place.Move(p);
      continue;
    }
    if (IsNormalization(p)) {
      CheckFolds(layers, p, where);
      chain.folded.push_back({i, layers.layers.size() - 1});
      place.Move(p);
      continue;
    }
    layers.layers.push_back({p.name(), SpecOf(p, where), {}, {}});
    chain.blob_layers.push_back(i);
    place.Move(p);
  }
  if (layers.layers.empty()) throw Invalid("", "has no layers that compute");
  return chain;
}

}  // namespace alexnet::convert::caffe
