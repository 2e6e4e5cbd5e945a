#include "core/model/network_codec.h"

#include <fmt/core.h>

#include <string>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

using flatbuffers::FlatBufferBuilder;
using flatbuffers::Offset;

Offset<schema::Window> EncodeWindow(FlatBufferBuilder& builder,
                                    const Window& w) {
  return schema::CreateWindow(builder, w.kernel_h, w.kernel_w, w.stride_h,
                              w.stride_w, w.pad_top, w.pad_left, w.pad_bottom,
                              w.pad_right,
                              EncodeEnum<schema::Rounding>(w.rounding));
}

Offset<schema::ParameterRule> EncodeParameterRule(FlatBufferBuilder& builder,
                                                  const ParameterRule& rule) {
  return schema::CreateParameterRule(
      builder, EncodeEnum<schema::InitKind>(rule.init.kind), rule.init.value,
      rule.rate, rule.decay);
}

// Writes the table of a layer's kind.
struct SpecEncoder {
  using Encoded = std::pair<schema::LayerSpec, Offset<void>>;
  FlatBufferBuilder& builder;

  // BEGIN options: layers.encode LayerType
  Encoded operator()(const Convolution& layer) const {
    const auto window = EncodeWindow(builder, layer.window);
    const auto weight = EncodeParameterRule(builder, layer.weight);
    const auto bias = EncodeParameterRule(builder, layer.bias);
    const auto encoded =
        schema::CreateConvolution(builder, layer.out_channels, window,
                                  layer.groups, layer.has_bias, weight, bias);
    return {schema::LayerSpec::Convolution, encoded.Union()};
  }
  Encoded operator()(const Pooling& layer) const {
    const auto window = EncodeWindow(builder, layer.window);
    const auto encoded =
        schema::CreatePooling(builder, EncodeEnum<schema::PoolKind>(layer.kind),
                              window, layer.count_padding);
    return {schema::LayerSpec::Pooling, encoded.Union()};
  }
  Encoded operator()(const Lrn& layer) const {
    const auto encoded = schema::CreateLrn(
        builder, EncodeEnum<schema::LrnRegion>(layer.region), layer.size,
        layer.alpha, layer.divide_alpha, layer.beta, layer.k, layer.groups);
    return {schema::LayerSpec::Lrn, encoded.Union()};
  }
  Encoded operator()(const Activation& layer) const {
    const auto encoded = schema::CreateActivation(
        builder, EncodeEnum<schema::ActivationKind>(layer.kind));
    return {schema::LayerSpec::Activation, encoded.Union()};
  }
  Encoded operator()(const Dropout& layer) const {
    const auto encoded = schema::CreateDropout(builder, layer.rate);
    return {schema::LayerSpec::Dropout, encoded.Union()};
  }
  Encoded operator()(const AdaptiveAveragePooling& layer) const {
    const auto encoded =
        schema::CreateAdaptiveAveragePooling(builder, layer.out_h, layer.out_w);
    return {schema::LayerSpec::AdaptiveAveragePooling, encoded.Union()};
  }
  Encoded operator()(const FullyConnected& layer) const {
    const auto weight = EncodeParameterRule(builder, layer.weight);
    const auto bias = EncodeParameterRule(builder, layer.bias);
    const auto encoded = schema::CreateFullyConnected(
        builder, layer.out_features, layer.has_bias, weight, bias);
    return {schema::LayerSpec::FullyConnected, encoded.Union()};
  }
  Encoded operator()(const Softmax&) const {
    const auto encoded = schema::CreateSoftmax(builder);
    return {schema::LayerSpec::Softmax, encoded.Union()};
  }
  Encoded operator()(const LocallyConnected& layer) const {
    const auto window = EncodeWindow(builder, layer.window);
    const auto weight = EncodeParameterRule(builder, layer.weight);
    const auto bias = EncodeParameterRule(builder, layer.bias);
    const auto encoded = schema::CreateLocallyConnected(
        builder, layer.out_channels, window, layer.has_bias, weight, bias);
    return {schema::LayerSpec::LocallyConnected, encoded.Union()};
  }
  // END options
};

Result<Window> DecodeWindow(const schema::Window& w) {
  Window window{w.kernel_h(),   w.kernel_w(),  w.stride_h(),
                w.stride_w(),   w.pad_top(),   w.pad_left(),
                w.pad_bottom(), w.pad_right(), Rounding::kFloor};
  ALEXNET_ASSIGN_OR_RETURN(window.rounding,
                           DecodeEnum<Rounding>(w.rounding(), "rounding"));
  return window;
}

Result<ParameterRule> DecodeParameterRule(const schema::ParameterRule& r) {
  ParameterRule rule{{InitKind::kConstant, r.value()}, r.rate(), r.decay()};
  ALEXNET_ASSIGN_OR_RETURN(rule.init.kind,
                           DecodeEnum<InitKind>(r.init(), "init"));
  return rule;
}

// BEGIN options: layers.decode LayerType
Result<LayerSpec> DecodeSpec(const schema::Convolution& layer) {
  Convolution spec;
  spec.out_channels = layer.out_channels();
  ALEXNET_ASSIGN_OR_RETURN(spec.window, DecodeWindow(*layer.window()));
  spec.groups = layer.groups();
  spec.has_bias = layer.has_bias();
  ALEXNET_ASSIGN_OR_RETURN(spec.weight, DecodeParameterRule(*layer.weight()));
  ALEXNET_ASSIGN_OR_RETURN(spec.bias, DecodeParameterRule(*layer.bias()));
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Pooling& layer) {
  Pooling spec;
  ALEXNET_ASSIGN_OR_RETURN(spec.kind,
                           DecodeEnum<PoolKind>(layer.kind(), "kind"));
  ALEXNET_ASSIGN_OR_RETURN(spec.window, DecodeWindow(*layer.window()));
  spec.count_padding = layer.count_padding();
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Lrn& layer) {
  Lrn spec;
  ALEXNET_ASSIGN_OR_RETURN(spec.region,
                           DecodeEnum<LrnRegion>(layer.region(), "region"));
  spec.size = layer.size();
  spec.alpha = layer.alpha();
  spec.divide_alpha = layer.divide_alpha();
  spec.beta = layer.beta();
  spec.k = layer.k();
  spec.groups = layer.groups();
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Activation& layer) {
  Activation spec;
  ALEXNET_ASSIGN_OR_RETURN(spec.kind,
                           DecodeEnum<ActivationKind>(layer.kind(), "kind"));
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Dropout& layer) {
  Dropout spec;
  spec.rate = layer.rate();
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::AdaptiveAveragePooling& layer) {
  AdaptiveAveragePooling spec;
  spec.out_h = layer.out_h();
  spec.out_w = layer.out_w();
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::FullyConnected& layer) {
  FullyConnected spec;
  spec.out_features = layer.out_features();
  spec.has_bias = layer.has_bias();
  ALEXNET_ASSIGN_OR_RETURN(spec.weight, DecodeParameterRule(*layer.weight()));
  ALEXNET_ASSIGN_OR_RETURN(spec.bias, DecodeParameterRule(*layer.bias()));
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Softmax&) {
  Softmax spec;
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::LocallyConnected& layer) {
  LocallyConnected spec;
  spec.out_channels = layer.out_channels();
  ALEXNET_ASSIGN_OR_RETURN(spec.window, DecodeWindow(*layer.window()));
  spec.has_bias = layer.has_bias();
  ALEXNET_ASSIGN_OR_RETURN(spec.weight, DecodeParameterRule(*layer.weight()));
  ALEXNET_ASSIGN_OR_RETURN(spec.bias, DecodeParameterRule(*layer.bias()));
  return LayerSpec(spec);
}
// END options

Result<LayerSpec> DecodeSpecOf(const schema::Layer& layer) {
  // The verifier lets any reference pass as a union that is of no known kind.
  switch (layer.spec_type()) {
    // BEGIN options: layers.decode_cases LayerType
    case schema::LayerSpec::Convolution:
      return DecodeSpec(*layer.spec_as_Convolution());
    case schema::LayerSpec::Pooling:
      return DecodeSpec(*layer.spec_as_Pooling());
    case schema::LayerSpec::Lrn:
      return DecodeSpec(*layer.spec_as_Lrn());
    case schema::LayerSpec::Activation:
      return DecodeSpec(*layer.spec_as_Activation());
    case schema::LayerSpec::Dropout:
      return DecodeSpec(*layer.spec_as_Dropout());
    case schema::LayerSpec::AdaptiveAveragePooling:
      return DecodeSpec(*layer.spec_as_AdaptiveAveragePooling());
    case schema::LayerSpec::FullyConnected:
      return DecodeSpec(*layer.spec_as_FullyConnected());
    case schema::LayerSpec::Softmax:
      return DecodeSpec(*layer.spec_as_Softmax());
    case schema::LayerSpec::LocallyConnected:
      return DecodeSpec(*layer.spec_as_LocallyConnected());
    // END options
    case schema::LayerSpec::NONE:
      break;
  }
  return InvalidArgumentError(
             fmt::format("unknown kind of layer {}; this engine knows 1 to {}",
                         static_cast<int>(layer.spec_type()),
                         static_cast<int>(schema::LayerSpec::MAX)))
      .WithField("spec");
}

}  // namespace

Offset<schema::Network> EncodeNetwork(FlatBufferBuilder& builder,
                                      const Network& network) {
  std::vector<Offset<schema::Layer>> layers;
  layers.reserve(network.layers.size());
  for (const Layer& layer : network.layers) {
    const auto name = builder.CreateString(layer.name);
    const auto [kind, spec] = std::visit(SpecEncoder{builder}, layer.spec);
    layers.push_back(schema::CreateLayer(builder, name, kind, spec));
  }
  const auto name = builder.CreateString(network.name);
  return schema::CreateNetwork(builder, name, network.channels, network.height,
                               network.width, builder.CreateVector(layers));
}

Result<Network> DecodeNetwork(const schema::Network& from,
                              DecodeBudget& budget) {
  Network network;
  ALEXNET_ASSIGN_OR_RETURN(network.name, DecodeText(*from.name(), kMaxNameBytes,
                                                    "network.name", budget));
  network.channels = from.channels();
  network.height = from.height();
  network.width = from.width();
  for (const schema::Layer* layer : *from.layers()) {
    // InferNetwork refuses more, but only once they are all here.
    if (network.layers.size() > 1000) {
      return InvalidArgumentError(fmt::format("{} layers; at most 1,000 may be",
                                              from.layers()->size()))
          .WithField("network.layers");
    }
    Layer decoded;
    ALEXNET_ASSIGN_OR_RETURN(decoded.name,
                             DecodeText(*layer->name(), kMaxNameBytes,
                                        "network.layers.name", budget));
    Result<LayerSpec> spec = DecodeSpecOf(*layer);
    if (!spec.ok()) {
      return spec.status().WithContext(
          fmt::format("layer \"{}\"", decoded.name));
    }
    decoded.spec = std::move(spec).value();
    network.layers.push_back(std::move(decoded));
  }
  return network;
}

}  // namespace alexnet
