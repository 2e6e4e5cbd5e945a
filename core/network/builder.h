// ChainBuilder: writes a network down layer by layer, as the presets do.

#ifndef ALEXNET_CORE_NETWORK_BUILDER_H_
#define ALEXNET_CORE_NETWORK_BUILDER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "core/network/layer.h"
#include "core/network/network.h"

namespace alexnet {

// How the weight and bias tensors of a layer start and learn.
struct WeightAndBias {
  ParameterRule weight;
  ParameterRule bias;
};

// Gaussian weights and a constant bias that learns at twice the rate without
// decay, as the 2012 code and Caffe have it.
inline WeightAndBias Gaussian(float stddev, float bias) {
  return {{{InitKind::kGaussian, stddev}, 1.0f, 1.0f},
          {{InitKind::kConstant, bias}, 2.0f, 0.0f}};
}

class ChainBuilder {
 public:
  ChainBuilder(std::string name, int64_t channels, int64_t size) {
    network_.name = std::move(name);
    network_.channels = channels;
    network_.height = size;
    network_.width = size;
  }

  ChainBuilder& Convolve(std::string name, int64_t filters, Window window,
                         int64_t groups, const WeightAndBias& rules) {
    return Add(std::move(name), Convolution{filters, window, groups, true,
                                            rules.weight, rules.bias});
  }
  ChainBuilder& Pool(std::string name, PoolKind kind, Window window) {
    return Add(std::move(name), Pooling{kind, window, true});
  }
  ChainBuilder& Normalize(std::string name, const Lrn& lrn) {
    return Add(std::move(name), lrn);
  }
  ChainBuilder& Relu(std::string name) {
    return Add(std::move(name), Activation{ActivationKind::kRelu});
  }
  ChainBuilder& Tanh(std::string name) {
    return Add(std::move(name), Activation{ActivationKind::kTanh});
  }
  ChainBuilder& Drop(std::string name, float rate = 0.5f) {
    return Add(std::move(name), Dropout{rate});
  }
  ChainBuilder& AdaptToSize(std::string name, int64_t size) {
    return Add(std::move(name), AdaptiveAveragePooling{size, size});
  }
  ChainBuilder& Full(std::string name, int64_t units,
                     const WeightAndBias& rules) {
    return Add(std::move(name),
               FullyConnected{units, true, rules.weight, rules.bias});
  }
  ChainBuilder& Local(std::string name, int64_t channels, Window window,
                      const WeightAndBias& rules) {
    return Add(std::move(name), LocallyConnected{channels, window, true,
                                                 rules.weight, rules.bias});
  }
  // Closes the chain with a softmax.
  Network Classify() {
    Add("prob", Softmax{});
    return std::move(network_);
  }

 private:
  ChainBuilder& Add(std::string name, LayerSpec spec) {
    network_.layers.push_back({std::move(name), std::move(spec)});
    return *this;
  }

  Network network_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_BUILDER_H_
