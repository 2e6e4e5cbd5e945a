// The options of layers by name, for what goes over all of them.

#ifndef ALEXNET_CORE_NETWORK_LAYER_OPTIONS_H_
#define ALEXNET_CORE_NETWORK_LAYER_OPTIONS_H_

#include "core/network/layer.h"

namespace alexnet {

// Each calls `visit` with the name of each option and the option.
// BEGIN options: layers.visit LayerType
template <typename Visit>
void VisitOptions(Convolution& layer, Visit&& visit) {
  visit("out_channels", layer.out_channels);
  visit("window", layer.window);
  visit("groups", layer.groups);
  visit("has_bias", layer.has_bias);
  visit("weight", layer.weight);
  visit("bias", layer.bias);
}

template <typename Visit>
void VisitOptions(Pooling& layer, Visit&& visit) {
  visit("kind", layer.kind);
  visit("window", layer.window);
  visit("count_padding", layer.count_padding);
}

template <typename Visit>
void VisitOptions(Lrn& layer, Visit&& visit) {
  visit("region", layer.region);
  visit("size", layer.size);
  visit("alpha", layer.alpha);
  visit("divide_alpha", layer.divide_alpha);
  visit("beta", layer.beta);
  visit("k", layer.k);
  visit("groups", layer.groups);
}

template <typename Visit>
void VisitOptions(Activation& layer, Visit&& visit) {
  visit("kind", layer.kind);
}

template <typename Visit>
void VisitOptions(Dropout& layer, Visit&& visit) {
  visit("rate", layer.rate);
}

template <typename Visit>
void VisitOptions(AdaptiveAveragePooling& layer, Visit&& visit) {
  visit("out_h", layer.out_h);
  visit("out_w", layer.out_w);
}

template <typename Visit>
void VisitOptions(FullyConnected& layer, Visit&& visit) {
  visit("out_features", layer.out_features);
  visit("has_bias", layer.has_bias);
  visit("weight", layer.weight);
  visit("bias", layer.bias);
}

template <typename Visit>
void VisitOptions(Softmax&, Visit&&) {}

template <typename Visit>
void VisitOptions(LocallyConnected& layer, Visit&& visit) {
  visit("out_channels", layer.out_channels);
  visit("window", layer.window);
  visit("has_bias", layer.has_bias);
  visit("weight", layer.weight);
  visit("bias", layer.bias);
}
// END options

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_LAYER_OPTIONS_H_
