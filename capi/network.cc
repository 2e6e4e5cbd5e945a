#include "capi/network.h"

#include <fmt/core.h>

#include <utility>

#include "capi/call.h"
#include "capi/struct_size.h"
#include "core/model/describe.h"
#include "core/network/describe.h"
#include "core/network/edit.h"
#include "core/network/own_network.h"

namespace alexnet::capi {
Status CheckLayer(size_t index, size_t layers) {
  if (index < layers) return Status();
  return NotFoundError(
             fmt::format("the network has {} layers, not {}", layers, index))
      .WithField("index");
}

Result<alexnet_layer_info> LayerInfo(const Network& network,
                                     const NetworkInfo& info, size_t index) {
  ALEXNET_RETURN_IF_ERROR(CheckLayer(index, network.layers.size()));
  const Layer& layer = network.layers[index];
  const LayerShapes& shapes = info.layers[index];
  alexnet_layer_info result{};
  result.name = layer.name.c_str();
  result.kind = LayerKindName(layer);
  result.type = static_cast<int32_t>(LayerTypeOf(layer));
  result.input_rank = shapes.in.rank();
  for (int i = 0; i < shapes.in.rank(); ++i) result.input[i] = shapes.in[i];
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
    ALEXNET_RETURN_IF_ERROR(ClearOutput(network, "network"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(name, "name"));
    ALEXNET_ASSIGN_OR_RETURN(Preset preset,
                             BlankNetwork(name, channels, height, width));
    *network = new alexnet_network(std::move(preset));
    return Status();
  });
}

void alexnet_network_free(alexnet_network* network) { FreeHandle(network); }

alexnet_status alexnet_network_set_option(alexnet_network* handle,
                                          const char* pattern,
                                          const char* option, const char* value,
                                          alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(pattern, "pattern"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(option, "option"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(value, "value"));
    return SetLayerOption(pattern, option, value, &network->preset.network);
  });
}

alexnet_status alexnet_network_remove_layers(alexnet_network* handle,
                                             const char* pattern,
                                             alexnet_error** error) {
  return Call(error, [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(const auto network, EnterAlone(handle));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(pattern, "pattern"));
    return RemoveLayers(pattern, &network->preset.network);
  });
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
  return Value<size_t>(0, [&]() -> size_t {
    const auto network = EnterAlone(handle);
    return network.ok() ? (*network)->preset.network.layers.size() : 0;
  });
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
    const Network& of = network->preset.network;
    ALEXNET_ASSIGN_OR_RETURN(const Preprocessing preprocessing,
                             ReadPreprocessing(given, of));
    ALEXNET_RETURN_IF_ERROR(CheckPreprocessingOf(of, preprocessing));
    network->preset.preprocessing = preprocessing;
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
