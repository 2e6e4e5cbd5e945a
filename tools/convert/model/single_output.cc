#include "tools/convert/model/single_output.h"

#include <algorithm>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

// Whether the layer has outputs with weights of their own; these become two.
bool DoubleOutputs(Layer* layer) {
  if (auto* full = std::get_if<FullyConnected>(&layer->spec)) {
    full->out_features = 2;
    return true;
  }
  if (auto* convolution = std::get_if<Convolution>(&layer->spec)) {
    convolution->out_channels = 2;
    return true;
  }
  return false;
}

// A row of zeros, and the tensor's one.
Tensor WithRowOfZeros(const Tensor& tensor) {
  std::vector<float> values = ValuesOf(tensor);
  values.insert(values.begin(), values.size(), 0.0f);
  Extents shape = tensor.shape;
  shape[0] = 2;
  return WithShape(TensorOfValues(tensor.name, std::move(values)), shape);
}

}  // namespace

bool HasSingleOutput(const Layers& layers) {
  const std::vector<int64_t>& output = layers.layers.back().output;
  return std::all_of(output.begin(), output.end(),
                     [](int64_t extent) { return extent == 1; });
}

void MakeTwoClasses(Recognised* found) {
  Layers layers = found->layers;
  std::string head;
  for (auto layer = layers.layers.rbegin(); layer != layers.layers.rend();
       ++layer) {
    if (!DoubleOutputs(&*layer)) continue;
    head = layer->name;
    break;
  }
  const auto is_head = [&](const Parameter& parameter) {
    return parameter.name == head + ".weight" ||
           parameter.name == head + ".bias";
  };
  for (Parameter& parameter : found->parameters) {
    if (!is_head(parameter)) continue;
    if (parameter.tensor.shape[0] != 1) {
      throw Unsupported("layer \"" + head + "\"",
                        "does not give the network's one number itself");
    }
    parameter.tensor = WithRowOfZeros(parameter.tensor);
  }
  if (As<Softmax>(layers.layers.back()) == nullptr) {
    layers.layers.push_back({"two_classes", Softmax{}, {}, {}});
  }
  found->network = found->preset.empty()
                       ? NetworkOf(layers)
                       : Network::preset(found->preset, 2, layers.height);
  found->layers = LayersOf(found->network, layers.name);
}

}  // namespace alexnet::convert
