// Network: a chain of layers and the shape of its input, with shape inference.

#ifndef ALEXNET_CORE_NETWORK_NETWORK_H_
#define ALEXNET_CORE_NETWORK_NETWORK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/tensor/tensor.h"

namespace alexnet {

struct Network {
  std::string name;  // of the preset or the source, e.g. "bvlc_alexnet"
  int64_t channels = 3;
  int64_t height = 224;
  int64_t width = 224;
  // In order. The last one is a softmax, if the network classifies; its input
  // blob is the logits.
  std::vector<Layer> layers;

  bool operator==(const Network&) const = default;
};

// A convolution's or pooling's window whose end pads have grown so that floor
// rounding gives `out_h` and `out_w`: what a backend runs without knowing about
// rounding. Taps in the grown part count as zero in a convolution and are left
// out of a maximum and of an average's divisor.
struct ResolvedWindow {
  Window window;  // rounding is kFloor
  int64_t out_h = 0;
  int64_t out_w = 0;
};

// One parameter tensor of a network.
struct ParameterInfo {
  std::string name;  // "conv1.weight", "conv1.bias"
  int layer = 0;     // index into Network::layers
  bool is_bias = false;
  Shape shape;
  ParameterRule rule;
  int64_t fan_in = 0;
  int64_t fan_out = 0;
};

// What shape inference finds for one layer, batch 1.
struct LayerShapes {
  Shape in;  // (1, C, H, W) or (1, F)
  Shape out;
  ResolvedWindow window;  // of layers that have one
  int64_t macs = 0;       // multiply-accumulates per image, bias excluded
};

struct NetworkInfo {
  std::vector<LayerShapes> layers;        // one per layer
  std::vector<ParameterInfo> parameters;  // weight then bias, in layer order
  int64_t parameter_count = 0;            // elements, biases included
  int64_t macs = 0;                       // per image
  int64_t classes = 0;                    // features of the last blob
  // Index of the layer whose output is the logits: the last, or the one before
  // a final softmax.
  int logits_layer = -1;
};

// Checks the network and infers everything above. Refuses, naming the layer and
// the field: duplicate or empty names, an empty network, extents below 1, a
// window larger than its padded input (rounding up: by a stride or more),
// groups that do not divide, pads of at least the kernel's size, a softmax that
// is not last, rates outside [0, 1), non-finite numbers, more than 1,000
// layers, blobs or parameters beyond 2^40.
Result<NetworkInfo> InferNetwork(const Network& network);

// How often each weight of a layer that has weights is used for one image: at
// every position of the output `out`, or once where each position has its own.
int64_t UsesOfWeights(const Layer& layer, const Shape& out);

// Index of the layer, or parameter, of this name. kNotFound lists those there
// are.
Result<int> FindLayer(const Network& network, std::string_view name);
Result<int> FindParameter(const NetworkInfo& info, std::string_view name);

// The network up to layer `layer`, whose output is its own. Its parameters are
// the first ones of `network`.
Network NetworkUpTo(const Network& network, int layer);

// `shape` with its first extent replaced by `batch`.
Shape WithBatch(const Shape& shape, int64_t batch);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_NETWORK_H_
