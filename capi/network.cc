#include "capi/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "capi/call.h"
#include "capi/struct_size.h"
#include "core/model/describe.h"
#include "core/network/describe.h"

namespace alexnet::capi {
namespace {

Result<ParameterRule> Rule(const alexnet_parameter_rule& given, bool is_bias,
                           const char* field) {
  if (given.init < ALEXNET_INIT_DEFAULT ||
      given.init > ALEXNET_INIT_FAN_IN_UNIFORM) {
    return InvalidArgumentError(
               fmt::format("{} is no ALEXNET_INIT kind", given.init))
        .WithField(fmt::format("{}.init", field));
  }
  ParameterRule rule;
  if (given.init != ALEXNET_INIT_DEFAULT) {
    rule.init = {static_cast<InitKind>(given.init - ALEXNET_INIT_CONSTANT),
                 given.value};
  } else if (!is_bias) {
    rule.init = {InitKind::kGaussian, 0.01f};
  }
  rule.rate = given.frozen != 0 ? 0.0f : given.rate != 0 ? given.rate : 1.0f;
  rule.decay = given.no_decay != 0 ? 0.0f
               : given.decay != 0  ? given.decay
                                   : 1.0f;
  return rule;
}

Result<Window> FromAbi(const alexnet_window& given) {
  if (given.rounding != ALEXNET_ROUND_FLOOR &&
      given.rounding != ALEXNET_ROUND_CEIL) {
    return InvalidArgumentError(
               fmt::format("{} is no ALEXNET_ROUND kind", given.rounding))
        .WithField("window.rounding");
  }
  Window window;
  window.kernel_h = given.kernel_h;
  window.kernel_w = given.kernel_w != 0 ? given.kernel_w : given.kernel_h;
  window.stride_h = given.stride_h != 0 ? given.stride_h : 1;
  window.stride_w = given.stride_w != 0 ? given.stride_w : window.stride_h;
  window.pad_top = given.pad_top;
  window.pad_left = given.pad_left;
  window.pad_bottom = given.pad_bottom;
  window.pad_right = given.pad_right;
  window.rounding = static_cast<Rounding>(given.rounding);
  return window;
}

Status CheckKind(int32_t kind, int32_t last, const char* field) {
  if (kind >= 0 && kind <= last) return Status();
  return InvalidArgumentError(
             fmt::format("must be 0 to {}, not {}", last, kind))
      .WithField(field);
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
    std::vector<Layer>& layers = network->preset.network.layers;
    layers.push_back({name, *std::move(spec)});
    Status status = InferNetwork(network->preset.network).status();
    if (!status.ok()) layers.pop_back();
    return status;
  });
}

// A preprocessing for a network that someone builds by hand.
Preprocessing DefaultPreprocessing(const Network& network) {
  Preprocessing preprocessing;
  preprocessing.order =
      network.channels == 1 ? ChannelOrder::kGray : ChannelOrder::kRgb;
  preprocessing.resize =
      static_cast<int>(std::max(network.height, network.width));
  preprocessing.crop_height = static_cast<int>(network.height);
  preprocessing.crop_width = static_cast<int>(network.width);
  preprocessing.scale = 1.0f / 255.0f;
  preprocessing.mean_kind = MeanKind::kChannel;
  preprocessing.mean = {0.5f, 0.5f, 0.5f};
  preprocessing.stddev = {0.25f, 0.25f, 0.25f};
  return preprocessing;
}

}  // namespace

Result<alexnet_layer_info> LayerInfo(const Network& network,
                                     const NetworkInfo& info, size_t index) {
  if (index >= network.layers.size()) {
    return NotFoundError(fmt::format("the network has {} layers, not {}",
                                     network.layers.size(), index))
        .WithField("index");
  }
  const Layer& layer = network.layers[index];
  const LayerShapes& shapes = info.layers[index];
  alexnet_layer_info result{};
  result.name = layer.name.c_str();
  result.kind = LayerKindName(layer);
  result.output_rank = shapes.out.rank();
  for (int i = 0; i < shapes.out.rank(); ++i) result.output[i] = shapes.out[i];
  for (const ParameterInfo& parameter : info.parameters) {
    if (parameter.layer == static_cast<int>(index)) {
      result.parameters += parameter.shape.elements();
    }
  }
  result.macs = shapes.macs;
  return result;
}

}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

size_t alexnet_preset_count(void) { return Presets().size(); }

const char* alexnet_preset_name(size_t index) {
  // Literals: their ends are there.
  return index < Presets().size() ? Presets()[index].name.data() : nullptr;
}

const char* alexnet_preset_summary(size_t index) {
  return index < Presets().size() ? Presets()[index].summary.data() : nullptr;
}

alexnet_status alexnet_network_create_preset(const char* preset,
                                             int64_t classes,
                                             int64_t input_size,
                                             alexnet_network** network,
                                             alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(network, "network"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(preset, "preset"));
    PresetOptions options;
    options.classes = classes;
    options.input_size = input_size;
    ALEXNET_ASSIGN_OR_RETURN(Preset made, MakePreset(preset, options));
    *network = new alexnet_network(std::move(made));
    return Status();
  });
}

alexnet_status alexnet_network_create(const char* name, int64_t channels,
                                      int64_t height, int64_t width,
                                      alexnet_network** network,
                                      alexnet_error** error) {
  return Call(error, [&]() -> Status {
    constexpr int64_t kLargestSide = 4096;
    ALEXNET_RETURN_IF_ERROR(ClearOutput(network, "network"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    if (channels != 1 && channels != 3) {
      return InvalidArgumentError(
                 fmt::format("must be 1 (grey) or 3, not {}", channels))
          .WithField("channels");
    }
    for (const auto& [side, field] :
         {std::pair(height, "height"), std::pair(width, "width")}) {
      if (side < 1 || side > kLargestSide) {
        return InvalidArgumentError(
                   fmt::format("must be 1 to {}, not {}", kLargestSide, side))
            .WithField(field);
      }
    }
    Preset preset;
    preset.name = name;
    preset.network.name = name;
    preset.network.channels = channels;
    preset.network.height = height;
    preset.network.width = width;
    preset.preprocessing = DefaultPreprocessing(preset.network);
    *network = new alexnet_network(std::move(preset));
    return Status();
  });
}

void alexnet_network_free(alexnet_network* network) { FreeHandle(network); }

alexnet_status alexnet_network_add_convolution(
    alexnet_network* network, const char* name,
    const alexnet_convolution_options* given, alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_RETURN_IF_ERROR(CheckPointer(given, "options"));
    ALEXNET_ASSIGN_OR_RETURN(const alexnet_convolution_options options,
                             ReadStruct(given, "alexnet_convolution_options"));
    Convolution layer;
    layer.out_channels = options.out_channels;
    ALEXNET_ASSIGN_OR_RETURN(layer.window, FromAbi(options.window));
    layer.groups = options.groups != 0 ? options.groups : 1;
    layer.has_bias = options.no_bias == 0;
    ALEXNET_ASSIGN_OR_RETURN(layer.weight,
                             Rule(options.weight, false, "weight"));
    ALEXNET_ASSIGN_OR_RETURN(layer.bias, Rule(options.bias, true, "bias"));
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
    ALEXNET_RETURN_IF_ERROR(
        CheckKind(options.kind, ALEXNET_POOL_AVERAGE, "kind"));
    Pooling layer;
    layer.kind = static_cast<PoolKind>(options.kind);
    ALEXNET_ASSIGN_OR_RETURN(layer.window, FromAbi(options.window));
    layer.count_padding = options.exclude_padding == 0;
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
    ALEXNET_RETURN_IF_ERROR(
        CheckKind(options.region, ALEXNET_LRN_WITHIN_CHANNEL, "region"));
    Lrn layer;
    layer.region = static_cast<LrnRegion>(options.region);
    layer.divide_alpha = options.alpha_undivided == 0;
    if (options.size != 0) layer.size = options.size;
    if (options.alpha != 0) layer.alpha = options.alpha;
    if (options.beta != 0) layer.beta = options.beta;
    if (options.k != 0) layer.k = options.k;
    if (options.groups != 0) layer.groups = options.groups;
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_activation(alexnet_network* network,
                                              const char* name, int32_t kind,
                                              alexnet_error** error) {
  return AddLayer(network, name, error, [&]() -> Result<LayerSpec> {
    ALEXNET_RETURN_IF_ERROR(CheckKind(kind, ALEXNET_ACTIVATION_TANH, "kind"));
    return LayerSpec(Activation{static_cast<ActivationKind>(kind)});
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
    layer.out_features = options.out_features;
    layer.has_bias = options.no_bias == 0;
    ALEXNET_ASSIGN_OR_RETURN(layer.weight,
                             Rule(options.weight, false, "weight"));
    ALEXNET_ASSIGN_OR_RETURN(layer.bias, Rule(options.bias, true, "bias"));
    return LayerSpec(layer);
  });
}

alexnet_status alexnet_network_add_softmax(alexnet_network* network,
                                           const char* name,
                                           alexnet_error** error) {
  return AddLayer(network, name, error,
                  []() -> Result<LayerSpec> { return LayerSpec(Softmax{}); });
}

alexnet_status alexnet_network_text(const alexnet_network* handle, char** text,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(text, "text"));
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                             InferNetwork(network->preset.network));
    *text = CopyText(DescribeNetwork(network->preset.network, info));
    return Status();
  });
}

alexnet_status alexnet_network_json(const alexnet_network* handle, char** json,
                                    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(json, "json"));
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info,
                             InferNetwork(network->preset.network));
    *json = CopyText(DescribeNetworkJson(network->preset.network, info));
    return Status();
  });
}

size_t alexnet_network_layer_count(const alexnet_network* handle) {
  const auto network = EnterAlone(handle);
  return network.ok() ? (*network)->preset.network.layers.size() : 0;
}

alexnet_status alexnet_network_layer_at(const alexnet_network* handle,
                                        size_t index, alexnet_layer_info* info,
                                        alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo inferred,
                             InferNetwork(network->preset.network));
    ALEXNET_ASSIGN_OR_RETURN(
        const alexnet_layer_info layer,
        LayerInfo(network->preset.network, inferred, index));
    return FillStruct(layer, info, "alexnet_layer_info");
  });
}

alexnet_status alexnet_network_set_preprocessing(
    alexnet_network* handle, const alexnet_preprocessing* given,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_ASSIGN_OR_RETURN(network->preset.preprocessing,
                             FromAbi(given, network->preset.network));
    return Status();
  });
}

alexnet_status alexnet_network_get_preprocessing(
    const alexnet_network* handle, alexnet_preprocessing* preprocessing,
    alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    return FillStruct(ToAbi(network->preset.preprocessing), preprocessing,
                      "alexnet_preprocessing");
  });
}
