// Layers: added to networks, and read again.

#include <fmt/core.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capi/call.h"
#include "capi/network.h"
#include "capi/struct_size.h"
#include "core/network/own_network.h"

namespace alexnet::capi {
namespace {

// The default is another for weights than for biases.
Result<ParameterRule> ReadParameterRule(const alexnet_parameter_rule& given,
                                        const std::string& option) {
  ParameterRule rule;
  ALEXNET_ASSIGN_OR_RETURN(
      const std::optional<InitKind> init,
      ReadOpenEnum<InitKind>(given.init, ALEXNET_INIT_FAN_IN_UNIFORM,
                             option + ".init"));
  if (init.has_value()) {
    rule.init = {*init, given.value};
  } else if (option == "weight") {
    rule.init = {InitKind::kGaussian, 0.01f};
  }
  if (given.rate != 0) rule.rate = given.rate;
  if (given.decay != 0) rule.decay = given.decay;
  if (given.frozen != 0) rule.rate = 0.0f;
  if (given.no_decay != 0) rule.decay = 0.0f;
  return rule;
}

alexnet_parameter_rule ToAbi(const ParameterRule& rule) {
  alexnet_parameter_rule to{};
  to.init = static_cast<int32_t>(rule.init.kind) + ALEXNET_INIT_CONSTANT;
  to.value = rule.init.value;
  to.rate = rule.rate;
  to.decay = rule.decay;
  to.frozen = rule.rate == 0.0f;
  to.no_decay = rule.decay == 0.0f;
  return to;
}

Result<Window> ReadWindow(const alexnet_window& given,
                          const std::string& option) {
  Window window;
  window.kernel_h = given.kernel_h;
  window.kernel_w = given.kernel_w != 0 ? given.kernel_w : given.kernel_h;
  window.stride_h = given.stride_h != 0 ? given.stride_h : 1;
  window.stride_w = given.stride_w != 0 ? given.stride_w : window.stride_h;
  window.pad_top = given.pad_top;
  window.pad_left = given.pad_left;
  window.pad_bottom = given.pad_bottom;
  window.pad_right = given.pad_right;
  ALEXNET_ASSIGN_OR_RETURN(
      window.rounding, ReadEnum<Rounding>(given.rounding, ALEXNET_ROUND_CEIL,
                                          option + ".rounding"));
  return window;
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
          static_cast<int32_t>(window.rounding),
          0};
}

// What every alexnet_network_add_ does: `make` gives the layer's spec.
template <typename Make>
alexnet_status AddLayer(alexnet_network* handle, const char* name,
                        alexnet_error** error, Make&& make) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    auto spec = make();
    if (!spec.ok()) return spec.status();
    return AppendLayer({name, *std::move(spec)}, &network->preset.network);
  });
}

// The layer `index`, which is of type Spec.
template <typename Spec>
Result<Spec> LayerAs(const alexnet_network* handle, size_t index) {
  ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
  const std::vector<Layer>& layers = network->preset.network.layers;
  ALEXNET_RETURN_IF_ERROR(CheckLayer(index, layers.size()));
  if (const Spec* spec = As<Spec>(layers[index])) return *spec;
  return FailedPreconditionError(fmt::format("layer {} is a layer of type {}",
                                             layers[index].name,
                                             LayerKindName(layers[index])))
      .WithField("index");
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_network_add_convolution(
    alexnet_network* network, const char* name,
    const alexnet_convolution_options* given, alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(given, "options"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_convolution_options options,
                             ReadStruct(given, "alexnet_convolution_options"));
    Convolution layer;
    // BEGIN options: capi.read convolution from=options to=layer
    layer.out_channels = options.out_channels;
    ALEXNET_ASSIGN_OR_RETURN(layer.window,
                             ReadWindow(options.window, "window"));
    if (options.groups != 0) layer.groups = options.groups;
    layer.has_bias = options.no_bias == 0;
    ALEXNET_ASSIGN_OR_RETURN(layer.weight,
                             ReadParameterRule(options.weight, "weight"));
    ALEXNET_ASSIGN_OR_RETURN(layer.bias,
                             ReadParameterRule(options.bias, "bias"));
    // END options
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_pooling(alexnet_network* network,
                                           const char* name,
                                           const alexnet_pooling_options* given,
                                           alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(given, "options"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_pooling_options options,
                             ReadStruct(given, "alexnet_pooling_options"));
    Pooling layer;
    // BEGIN options: capi.read pooling from=options to=layer
    ALEXNET_ASSIGN_OR_RETURN(
        layer.kind,
        ReadEnum<PoolKind>(options.kind, ALEXNET_POOL_AVERAGE, "kind"));
    ALEXNET_ASSIGN_OR_RETURN(layer.window,
                             ReadWindow(options.window, "window"));
    layer.count_padding = options.exclude_padding == 0;
    // END options
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_lrn(alexnet_network* network,
                                       const char* name,
                                       const alexnet_lrn_options* given,
                                       alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_lrn_options options,
                             ReadStruct(given, "alexnet_lrn_options"));
    Lrn layer;
    // BEGIN options: capi.read lrn from=options to=layer
    ALEXNET_ASSIGN_OR_RETURN(
        layer.region,
        ReadEnum<LrnRegion>(options.region, ALEXNET_LRN_WITHIN_CHANNEL,
                            "region"));
    if (options.size != 0) layer.size = options.size;
    if (options.alpha != 0) layer.alpha = options.alpha;
    layer.divide_alpha = options.alpha_undivided == 0;
    if (options.beta != 0) layer.beta = options.beta;
    if (options.k != 0) layer.k = options.k;
    if (options.groups != 0) layer.groups = options.groups;
    // END options
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_activation(alexnet_network* network,
                                              const char* name, int32_t kind,
                                              alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    Activation layer;
    ALEXNET_ASSIGN_OR_RETURN(
        layer.kind,
        ReadEnum<ActivationKind>(kind, ALEXNET_ACTIVATION_TANH, "kind"));
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_dropout(alexnet_network* network,
                                           const char* name, float rate,
                                           alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    return LayerSpec(Dropout{rate});
  });
}

alexnet_status alexnet_network_add_adaptive_average_pooling(
    alexnet_network* network, const char* name, int64_t out_h, int64_t out_w,
    alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    return LayerSpec(AdaptiveAveragePooling{out_h, out_w});
  });
}

alexnet_status alexnet_network_add_fully_connected(
    alexnet_network* network, const char* name,
    const alexnet_fully_connected_options* given, alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(given, "options"));
    ALEXNET_ASSIGN_OR_RETURN(
        const alexnet_fully_connected_options options,
        ReadStruct(given, "alexnet_fully_connected_options"));
    FullyConnected layer;
    // BEGIN options: capi.read fully_connected from=options to=layer
    layer.out_features = options.out_features;
    layer.has_bias = options.no_bias == 0;
    ALEXNET_ASSIGN_OR_RETURN(layer.weight,
                             ReadParameterRule(options.weight, "weight"));
    ALEXNET_ASSIGN_OR_RETURN(layer.bias,
                             ReadParameterRule(options.bias, "bias"));
    // END options
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_locally_connected(
    alexnet_network* network, const char* name,
    const alexnet_locally_connected_options* given, alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(given, "options"));
    ALEXNET_ASSIGN_OR_RETURN(
        const alexnet_locally_connected_options options,
        ReadStruct(given, "alexnet_locally_connected_options"));
    LocallyConnected layer;
    // BEGIN options: capi.read locally_connected from=options to=layer
    layer.out_channels = options.out_channels;
    ALEXNET_ASSIGN_OR_RETURN(layer.window,
                             ReadWindow(options.window, "window"));
    layer.has_bias = options.no_bias == 0;
    ALEXNET_ASSIGN_OR_RETURN(layer.weight,
                             ReadParameterRule(options.weight, "weight"));
    ALEXNET_ASSIGN_OR_RETURN(layer.bias,
                             ReadParameterRule(options.bias, "bias"));
    // END options
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_softmax(alexnet_network* network,
                                           const char* name,
                                           alexnet_error** error) {
  return AddLayer(network, name, error,
                  []() -> Result<LayerSpec> { return LayerSpec(Softmax{}); });
}

alexnet_status alexnet_network_get_convolution(
    const alexnet_network* network, size_t index,
    alexnet_convolution_options* options, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const Convolution layer,
                             LayerAs<Convolution>(network, index));
    alexnet_convolution_options to{};
    // BEGIN options: capi.fill convolution from=layer to=to
    to.out_channels = layer.out_channels;
    to.window = ToAbi(layer.window);
    to.groups = layer.groups;
    to.no_bias = !layer.has_bias;
    to.weight = ToAbi(layer.weight);
    to.bias = ToAbi(layer.bias);
    // END options
    return FillStruct(to, options, "alexnet_convolution_options");
  });
}

alexnet_status alexnet_network_get_pooling(const alexnet_network* network,
                                           size_t index,
                                           alexnet_pooling_options* options,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const Pooling layer,
                             LayerAs<Pooling>(network, index));
    alexnet_pooling_options to{};
    // BEGIN options: capi.fill pooling from=layer to=to
    to.kind = static_cast<int32_t>(layer.kind);
    to.window = ToAbi(layer.window);
    to.exclude_padding = !layer.count_padding;
    // END options
    return FillStruct(to, options, "alexnet_pooling_options");
  });
}

alexnet_status alexnet_network_get_lrn(const alexnet_network* network,
                                       size_t index,
                                       alexnet_lrn_options* options,
                                       alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const Lrn layer, LayerAs<Lrn>(network, index));
    alexnet_lrn_options to{};
    // BEGIN options: capi.fill lrn from=layer to=to
    to.region = static_cast<int32_t>(layer.region);
    to.size = layer.size;
    to.alpha = layer.alpha;
    to.alpha_undivided = !layer.divide_alpha;
    to.beta = layer.beta;
    to.k = layer.k;
    to.groups = layer.groups;
    // END options
    return FillStruct(to, options, "alexnet_lrn_options");
  });
}

alexnet_status alexnet_network_get_activation(const alexnet_network* network,
                                              size_t index, int32_t* kind,
                                              alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(kind, "kind"));
    ALEXNET_ASSIGN_OR_RETURN(const Activation layer,
                             LayerAs<Activation>(network, index));
    *kind = static_cast<int32_t>(layer.kind);
    return Status();
  });
}

alexnet_status alexnet_network_get_dropout(const alexnet_network* network,
                                           size_t index, float* rate,
                                           alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(rate, "rate"));
    ALEXNET_ASSIGN_OR_RETURN(const Dropout layer,
                             LayerAs<Dropout>(network, index));
    *rate = layer.rate;
    return Status();
  });
}

alexnet_status alexnet_network_get_adaptive_average_pooling(
    const alexnet_network* network, size_t index, int64_t* out_h,
    int64_t* out_w, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(out_h, "out_h"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(out_w, "out_w"));
    ALEXNET_ASSIGN_OR_RETURN(const AdaptiveAveragePooling layer,
                             LayerAs<AdaptiveAveragePooling>(network, index));
    *out_h = layer.out_h;
    *out_w = layer.out_w;
    return Status();
  });
}

alexnet_status alexnet_network_get_fully_connected(
    const alexnet_network* network, size_t index,
    alexnet_fully_connected_options* options, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const FullyConnected layer,
                             LayerAs<FullyConnected>(network, index));
    alexnet_fully_connected_options to{};
    // BEGIN options: capi.fill fully_connected from=layer to=to
    to.out_features = layer.out_features;
    to.no_bias = !layer.has_bias;
    to.weight = ToAbi(layer.weight);
    to.bias = ToAbi(layer.bias);
    // END options
    return FillStruct(to, options, "alexnet_fully_connected_options");
  });
}

alexnet_status alexnet_network_get_locally_connected(
    const alexnet_network* network, size_t index,
    alexnet_locally_connected_options* options, alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const LocallyConnected layer,
                             LayerAs<LocallyConnected>(network, index));
    alexnet_locally_connected_options to{};
    // BEGIN options: capi.fill locally_connected from=layer to=to
    to.out_channels = layer.out_channels;
    to.window = ToAbi(layer.window);
    to.no_bias = !layer.has_bias;
    to.weight = ToAbi(layer.weight);
    to.bias = ToAbi(layer.bias);
    // END options
    return FillStruct(to, options, "alexnet_locally_connected_options");
  });
}
