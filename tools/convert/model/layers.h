// Layers: a network as formats describe it, every option explicit.

#ifndef ALEXNET_TOOLS_CONVERT_MODEL_LAYERS_H_
#define ALEXNET_TOOLS_CONVERT_MODEL_LAYERS_H_

#include <alexnet/alexnet.hpp>
#include <array>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace alexnet::convert {

// The fields and defaults of alexnet.h's options, without its C structs.
struct Window {
  int64_t kernel_h = 1, kernel_w = 1;
  int64_t stride_h = 1, stride_w = 1;
  int64_t pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  bool ceil = false;
  bool operator==(const Window&) const = default;
};

struct Convolution {
  int64_t out_channels = 0;
  Window window;
  int64_t groups = 1;
  bool has_bias = true;
  bool operator==(const Convolution&) const = default;
};

struct Pooling {
  bool average = false;
  Window window;
  bool count_padding = true;  // average: whether padding counts
  bool operator==(const Pooling&) const = default;
};

struct Lrn {
  bool within_channel = false;
  int64_t size = 5;
  float alpha = 1e-4f;
  bool divide_alpha = true;  // by size: Caffe, ONNX, PyTorch
  float beta = 0.75f;
  float k = 1.0f;
  int64_t groups = 1;
  bool operator==(const Lrn&) const = default;
};

struct Relu {
  bool operator==(const Relu&) const = default;
};
struct Tanh {
  bool operator==(const Tanh&) const = default;
};
struct Dropout {
  float rate = 0.5f;
  bool operator==(const Dropout&) const = default;
};
struct AdaptiveAveragePooling {
  int64_t out_h = 1, out_w = 1;
  bool operator==(const AdaptiveAveragePooling&) const = default;
};
struct FullyConnected {
  int64_t out_features = 0;
  bool has_bias = true;
  bool operator==(const FullyConnected&) const = default;
};
// As a convolution of one group, with weights and a bias of each output's own.
struct LocallyConnected {
  int64_t out_channels = 0;
  Window window;
  bool has_bias = true;
  bool operator==(const LocallyConnected&) const = default;
};
struct Softmax {
  bool operator==(const Softmax&) const = default;
};

using LayerSpec = std::variant<Convolution, Pooling, Lrn, Relu, Tanh, Dropout,
                               AdaptiveAveragePooling, FullyConnected,
                               LocallyConnected, Softmax>;

struct Layer {
  std::string name;  // unique, e.g. "conv1"
  LayerSpec spec;
  // Of the input and output for one picture, (C, H, W) or (F). Filled in by
  // LayersOf; readers leave them empty.
  std::vector<int64_t> input;
  std::vector<int64_t> output;
};

template <typename T>
const T* As(const Layer& layer) {
  return std::get_if<T>(&layer.spec);
}

bool HasWeights(const Layer& layer);

// A chain of layers over (channels, height, width) pictures.
struct Layers {
  std::string name;
  int64_t channels = 3, height = 0, width = 0;
  std::vector<Layer> layers;
};

// Of a network of the engine, whose layers have shapes; `name` is for a person.
Layers LayersOf(const Network& network, const std::string& name);
// A network of the engine; checks everything. Errors name the layer.
Network NetworkOf(const Layers& layers);
// The same layers, checked, and with their shapes.
Layers WithShapes(const Layers& layers);

// "convolution 5x5 stride 1x1 ..., 256 filters, 2 groups -> 256x27x27".
std::string SpecText(const Layer& layer);

// Whether both compute the same when they are run, whatever their layers are
// called: dropout, adaptive pooling that changes nothing and a softmax at the
// end make no difference, nor do pads and rounding that come to the same. Both
// have shapes, as LayersOf gives them.
bool ComputeTheSame(const Layers& a, const Layers& b);
// What differs first, in words for a person; "" where nothing does.
std::string FirstDifference(const Layers& a, const Layers& b);

}  // namespace alexnet::convert

#endif  // ALEXNET_TOOLS_CONVERT_MODEL_LAYERS_H_
