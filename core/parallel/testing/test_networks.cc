#include "core/parallel/testing/test_networks.h"

#include <cstdint>

#include "core/network/presets.h"

namespace alexnet::testing {
namespace {

Convolution Convolve(int64_t filters, const Window& window,
                     int64_t groups = 1) {
  Convolution layer;
  layer.out_channels = filters;
  layer.window = window;
  layer.groups = groups;
  return layer;
}

FullyConnected Full(int64_t units, bool has_bias = true) {
  FullyConnected layer;
  layer.out_features = units;
  layer.has_bias = has_bias;
  return layer;
}

}  // namespace

Network AlexnetSmall() {
  return MakePreset("alexnet_small", {.classes = 10, .input_size = 24})
      .value()
      .network;
}

Network TowersOfEverything() {
  Lrn towers;
  towers.size = 4;
  towers.alpha = 0.5f;
  towers.groups = 2;
  Lrn across = towers;
  across.groups = 1;
  Lrn within = across;
  within.region = LrnRegion::kWithinChannel;
  within.size = 3;
  Pooling maximum;
  maximum.window = Window::Square(3, 2, 0, Rounding::kCeil);
  Pooling average = maximum;
  average.kind = PoolKind::kAverage;
  Network network;
  network.name = "towers_of_everything";
  network.channels = 3;
  network.height = network.width = 13;
  network.layers = {
      {"conv1", Convolve(10, Window::Square(3, 1, 1))},
      {"norm1", towers},
      {"relu1", Activation{}},
      {"pool1", maximum},
      {"conv2", Convolve(12, Window::Square(3, 1, 1), 2)},
      {"norm2", across},
      {"norm2b", within},
      {"tanh2", Activation{ActivationKind::kTanh}},
      {"pool2", average},
      {"conv3", Convolve(16, Window::Square(2, 1), 4)},
      {"pool3", AdaptiveAveragePooling{2, 2}},
      {"drop4", Dropout{0.5f}},
      {"fc4", Full(9, false)},
      {"tanh4", Activation{ActivationKind::kTanh}},
      {"drop5", Dropout{0.25f}},
      {"fc5", Full(7)},
  };
  return network;
}

Network LocalNetwork() {
  LocallyConnected local;
  local.out_channels = 10;
  local.window = Window::Square(3, 1, 1);
  LocallyConnected plain = local;
  plain.out_channels = 4;
  plain.window = Window::Square(2, 2, 0, Rounding::kCeil);
  plain.has_bias = false;
  Network network;
  network.name = "local";
  network.channels = 3;
  network.height = network.width = 7;
  network.layers = {
      {"conv1", Convolve(8, Window::Square(3, 2, 1))},
      {"relu1", Activation{}},
      {"local2", local},
      {"tanh2", Activation{ActivationKind::kTanh}},
      {"local3", plain},
      {"relu3", Activation{}},
      {"fc4", Full(6)},
      {"prob", Softmax{}},
  };
  return network;
}

}  // namespace alexnet::testing
