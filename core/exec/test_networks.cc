#include "core/exec/test_networks.h"

#include <cmath>
#include <memory>
#include <utility>

#include "core/backend/reference/reference_backend.h"
#include "core/backend/testing/kernel_harness.h"

namespace alexnet::testing {
namespace {

Convolution MakeConvolution(int64_t out, Window window, int64_t groups = 1) {
  Convolution layer;
  layer.out_channels = out;
  layer.window = window;
  layer.groups = groups;
  return layer;
}

FullyConnected MakeFullyConnected(int64_t out) {
  FullyConnected layer;
  layer.out_features = out;
  return layer;
}

LocallyConnected MakeLocallyConnected(int64_t out, Window window) {
  LocallyConnected layer;
  layer.out_channels = out;
  layer.window = window;
  return layer;
}

Network Base(const char* name) {
  Network network;
  network.name = name;
  network.channels = 3;
  network.height = 12;
  network.width = 12;
  return network;
}

}  // namespace

Network EveryLayerNetwork() {
  Network network = Base("every_layer");
  Pooling average;
  average.kind = PoolKind::kAverage;
  average.window = Window::Square(3, 2, 1, Rounding::kCeil);
  average.count_padding = false;
  Pooling maximum;
  maximum.window = Window::Square(3, 2, 0, Rounding::kCeil);
  Lrn across;
  across.alpha = 0.3f;
  across.k = 2.0f;
  Lrn within = across;
  within.region = LrnRegion::kWithinChannel;
  within.size = 3;
  network.layers = {
      {"conv1", MakeConvolution(6, Window::Square(3, 1, 1))},
      {"relu1", Activation{}},
      {"norm1", across},
      {"pool1", maximum},
      {"conv2", MakeConvolution(8, Window::Square(3, 1, 1), 2)},
      {"norm2", within},
      {"relu2", Activation{}},
      {"pool2", average},
      {"pool3", AdaptiveAveragePooling{3, 3}},
      {"pool4", AdaptiveAveragePooling{3, 3}},
      {"local4", MakeLocallyConnected(8, Window::Square(3, 1, 1))},
      {"drop5", Dropout{0.5f}},
      {"fc5", MakeFullyConnected(10)},
      {"tanh5", Activation{ActivationKind::kTanh}},
      {"drop6", Dropout{0.25f}},
      {"fc6", MakeFullyConnected(5)},
      {"prob", Softmax{}},
  };
  return network;
}

Network PlainNetwork() {
  Network network = Base("plain");
  Pooling pooling;
  pooling.window = Window::Square(2, 2);
  network.layers = {
      {"conv1", MakeConvolution(8, Window::Square(3, 1, 1))},
      {"relu1", Activation{}},
      {"pool1", pooling},
      {"fc2", MakeFullyConnected(12)},
      {"relu2", Activation{}},
      {"fc3", MakeFullyConnected(4)},
      {"prob", Softmax{}},
  };
  return network;
}

Network TowersNetwork() {
  Network network = Base("towers");
  network.height = 37;
  network.width = 37;
  Lrn norm;
  norm.alpha = 0.3f;
  norm.k = 2.0f;
  norm.groups = 2;
  Pooling pooling;
  pooling.window = Window::Square(3, 2);
  network.layers = {
      {"conv1", MakeConvolution(32, Window::Square(11, 4, 2))},
      {"relu1", Activation{}},
      {"norm1", norm},
      {"pool1", pooling},
      {"conv2", MakeConvolution(16, Window::Square(3, 1, 1), 2)},
      {"relu2", Activation{}},
      {"pool2", pooling},
      {"fc3", MakeFullyConnected(24)},
      {"relu3", Activation{}},
      {"drop3", Dropout{0.5f}},
      {"fc4", MakeFullyConnected(6)},
      {"prob", Softmax{}},
  };
  return network;
}

Network ChangingGroupsNetwork() {
  Network network = Base("changing_groups");
  network.channels = 24;
  const Window plain = Window::Square(3, 1, 1);
  Lrn across;  // the towers, too
  across.alpha = 0.3f;
  Lrn apart = across;
  apart.groups = 4;
  Lrn wide = across;
  wide.size = 9;
  Pooling maximum;
  maximum.window = Window::Square(3, 2, 1);
  Pooling average;
  average.kind = PoolKind::kAverage;
  average.window = Window::Square(2, 1);
  network.layers = {
      {"conv1", MakeConvolution(48, plain, 3)},
      {"relu1", Activation{}},
      {"norm1", across},
      {"pool1", maximum},
      {"conv2", MakeConvolution(48, plain, 2)},
      {"relu2", Activation{}},
      {"norm2", wide},
      {"conv3", MakeConvolution(32, plain)},
      {"relu3", Activation{}},
      {"conv4", MakeConvolution(64, plain, 4)},
      {"tanh4", Activation{ActivationKind::kTanh}},
      {"norm4", apart},
      {"pool4", average},
      {"drop4", Dropout{0.25f}},
      {"conv5", MakeConvolution(64, plain, 2)},
      {"conv6", MakeConvolution(64, plain, 32)},
      {"relu6", Activation{}},
      {"conv7", MakeConvolution(20, plain, 4)},
      {"relu7", Activation{}},
      {"pool7", AdaptiveAveragePooling{2, 3}},
      {"fc8", MakeFullyConnected(5)},
      {"prob", Softmax{}},
  };
  return network;
}

Network LocalNetwork() {
  Network network = Base("local");
  const Window plain = Window::Square(3, 1, 1);
  Pooling maximum;
  maximum.window = Window::Square(3, 2, 1);
  Lrn across;
  across.alpha = 0.3f;
  network.layers = {
      {"conv1", MakeConvolution(16, plain)},
      {"relu1", Activation{}},
      {"conv2", MakeConvolution(16, plain, 2)},
      {"relu2", Activation{}},
      {"local3", MakeLocallyConnected(16, Window::Square(3, 2, 1))},
      {"relu3", Activation{}},
      {"pool3", maximum},
      {"local4", MakeLocallyConnected(24, Window::Square(2, 1))},
      {"relu4", Activation{}},
      {"norm4", across},
      {"conv5", MakeConvolution(16, plain, 2)},
      {"relu5", Activation{}},
      {"local6", MakeLocallyConnected(8, Window::Square(2, 1))},
      {"fc7", MakeFullyConnected(5)},
      {"prob", Softmax{}},
  };
  return network;
}

std::vector<Tensor> TestParameters(const Network& network) {
  const NetworkInfo info = InferNetwork(network).value();
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    const ParameterInfo& parameter = info.parameters[i];
    const float scale =
        parameter.is_bias
            ? 0.2f
            : std::sqrt(3.0f / static_cast<float>(parameter.fan_in));
    const std::vector<float> values = RandomValues(
        parameter.shape.elements(), static_cast<uint32_t>(i), scale);
    tensors.push_back(
        Tensor::Copy({values.data(), DType::kF32, parameter.shape}).value());
  }
  return tensors;
}

std::vector<float> TestImages(const Network& network, int64_t batch) {
  return RandomValues(batch * network.channels * network.height * network.width,
                      500);
}

std::vector<int32_t> TestLabels(int64_t batch, int64_t classes) {
  std::vector<int32_t> labels;
  for (int64_t n = 0; n < batch; ++n) {
    labels.push_back(static_cast<int32_t>(n % classes));
  }
  return labels;
}

std::vector<std::vector<float>> LayerByLayer(
    const Network& network, const std::vector<Tensor>& parameters,
    const std::vector<float>& images, int64_t batch) {
  const NetworkInfo info = InferNetwork(network).value();
  const std::shared_ptr<Backend> backend = CreateReferenceBackend();
  std::vector<std::vector<float>> outputs;
  std::vector<float> blob = images;
  for (size_t i = 0; i < network.layers.size(); ++i) {
    KernelCase test;
    test.layer = network.layers[i];
    test.in = WithBatch(info.layers[i].in, batch);
    test.src = std::move(blob);
    for (size_t p = 0; p < parameters.size(); ++p) {
      if (info.parameters[p].layer != static_cast<int>(i)) continue;
      (info.parameters[p].is_bias ? test.bias : test.weight)
          .assign(parameters[p].f32(),
                  parameters[p].f32() + parameters[p].elements());
    }
    blob = RunKernel(*backend, test).value().dst;
    outputs.push_back(blob);
  }
  return outputs;
}

}  // namespace alexnet::testing
