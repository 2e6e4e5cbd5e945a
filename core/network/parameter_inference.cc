#include "core/network/parameter_inference.h"

#include <initializer_list>

#include "core/network/shape_inference.h"

namespace alexnet {
namespace {

// `fan_in` and `fan_out`: weights that meet in one output, and that leave one
// input, as the rules of Init count them.
struct Fans {
  int64_t in = 0;
  int64_t out = 0;
};

// Of layers with weights, which share these fields.
template <typename Spec>
Result<std::vector<ParameterInfo>> WeightAndBiasOf(
    const Spec& spec, const std::string& name, int index,
    std::initializer_list<int64_t> extents, const Fans& fans) {
  ALEXNET_ASSIGN_OR_RETURN(const Shape weight,
                           Shape::Create({extents.begin(), extents.size()}));
  std::vector<ParameterInfo> parameters;
  parameters.push_back(
      {name + ".weight", index, false, weight, spec.weight, fans.in, fans.out});
  if (spec.has_bias) {
    parameters.push_back({name + ".bias",
                          index,
                          true,
                          {weight[0]},
                          spec.bias,
                          fans.in,
                          fans.out});
  }
  return parameters;
}

}  // namespace

Result<std::vector<ParameterInfo>> InferParameters(const Layer& layer,
                                                   int index, const Shape& in) {
  if (const auto* convolution = As<Convolution>(layer)) {
    const Window& window = convolution->window;
    const int64_t channels = in[1] / convolution->groups;
    const int64_t filters = convolution->out_channels / convolution->groups;
    const int64_t taps = window.kernel_h * window.kernel_w;
    return WeightAndBiasOf(
        *convolution, layer.name, index,
        {convolution->out_channels, channels, window.kernel_h, window.kernel_w},
        {channels * taps, filters * taps});
  }
  if (const auto* full = As<FullyConnected>(layer)) {
    return WeightAndBiasOf(*full, layer.name, index,
                           {full->out_features, in.elements()},
                           {in.elements(), full->out_features});
  }
  if (const auto* local = As<LocallyConnected>(layer)) {
    ALEXNET_ASSIGN_OR_RETURN(const LayerShapes shapes, InferShapes(layer, in));
    const Window& window = local->window;
    const int64_t taps = window.kernel_h * window.kernel_w;
    return WeightAndBiasOf(
        *local, layer.name, index,
        {shapes.out.elements(), in[1], window.kernel_h, window.kernel_w},
        {in[1] * taps, local->out_channels * taps});
  }
  return std::vector<ParameterInfo>();
}

}  // namespace alexnet
