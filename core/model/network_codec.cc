#include "core/model/network_codec.h"

#include <fmt/format.h>

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

Offset<schema::ParameterRule> EncodeRule(FlatBufferBuilder& builder,
                                         const ParameterRule& rule) {
  return schema::CreateParameterRule(
      builder, EncodeEnum<schema::InitKind>(rule.init.kind), rule.init.value,
      rule.rate, rule.decay);
}

// Writes the table of a layer's kind.
struct SpecEncoder {
  using Encoded = std::pair<schema::LayerSpec, Offset<void>>;
  FlatBufferBuilder& builder;

  Encoded operator()(const Convolution& c) const {
    const auto window = EncodeWindow(builder, c.window);
    const auto weight = EncodeRule(builder, c.weight);
    const auto bias = EncodeRule(builder, c.bias);
    return {schema::LayerSpec::Convolution,
            schema::CreateConvolution(builder, c.out_channels, window, c.groups,
                                      c.has_bias, weight, bias)
                .Union()};
  }
  Encoded operator()(const Pooling& p) const {
    const auto window = EncodeWindow(builder, p.window);
    return {schema::LayerSpec::Pooling,
            schema::CreatePooling(builder, EncodeEnum<schema::PoolKind>(p.kind),
                                  window, p.count_padding)
                .Union()};
  }
  Encoded operator()(const Lrn& l) const {
    return {schema::LayerSpec::Lrn,
            schema::CreateLrn(builder, EncodeEnum<schema::LrnRegion>(l.region),
                              l.size, l.alpha, l.divide_alpha, l.beta, l.k,
                              l.groups)
                .Union()};
  }
  Encoded operator()(const Activation& a) const {
    return {schema::LayerSpec::Activation,
            schema::CreateActivation(builder,
                                     EncodeEnum<schema::ActivationKind>(a.kind))
                .Union()};
  }
  Encoded operator()(const Dropout& d) const {
    return {schema::LayerSpec::Dropout,
            schema::CreateDropout(builder, d.rate).Union()};
  }
  Encoded operator()(const AdaptiveAveragePooling& p) const {
    return {schema::LayerSpec::AdaptiveAveragePooling,
            schema::CreateAdaptiveAveragePooling(builder, p.out_h, p.out_w)
                .Union()};
  }
  Encoded operator()(const FullyConnected& f) const {
    const auto weight = EncodeRule(builder, f.weight);
    const auto bias = EncodeRule(builder, f.bias);
    return {schema::LayerSpec::FullyConnected,
            schema::CreateFullyConnected(builder, f.out_features, f.has_bias,
                                         weight, bias)
                .Union()};
  }
  Encoded operator()(const Softmax&) const {
    return {schema::LayerSpec::Softmax, schema::CreateSoftmax(builder).Union()};
  }
};

Result<Window> DecodeWindow(const schema::Window& w) {
  Window window{w.kernel_h(),   w.kernel_w(),  w.stride_h(),
                w.stride_w(),   w.pad_top(),   w.pad_left(),
                w.pad_bottom(), w.pad_right(), Rounding::kFloor};
  ALEXNET_ASSIGN_OR_RETURN(window.rounding,
                           DecodeEnum<Rounding>(w.rounding(), "rounding"));
  return window;
}

Result<ParameterRule> DecodeRule(const schema::ParameterRule& r) {
  ParameterRule rule{{InitKind::kConstant, r.value()}, r.rate(), r.decay()};
  ALEXNET_ASSIGN_OR_RETURN(rule.init.kind,
                           DecodeEnum<InitKind>(r.init(), "init"));
  return rule;
}

Result<LayerSpec> DecodeSpec(const schema::Convolution& c) {
  Convolution spec;
  spec.out_channels = c.out_channels();
  ALEXNET_ASSIGN_OR_RETURN(spec.window, DecodeWindow(*c.window()));
  spec.groups = c.groups();
  spec.has_bias = c.has_bias();
  ALEXNET_ASSIGN_OR_RETURN(spec.weight, DecodeRule(*c.weight()));
  ALEXNET_ASSIGN_OR_RETURN(spec.bias, DecodeRule(*c.bias()));
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Pooling& p) {
  Pooling spec;
  ALEXNET_ASSIGN_OR_RETURN(spec.kind, DecodeEnum<PoolKind>(p.kind(), "kind"));
  ALEXNET_ASSIGN_OR_RETURN(spec.window, DecodeWindow(*p.window()));
  spec.count_padding = p.count_padding();
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Lrn& l) {
  Lrn spec;
  ALEXNET_ASSIGN_OR_RETURN(spec.region,
                           DecodeEnum<LrnRegion>(l.region(), "region"));
  spec.size = l.size();
  spec.alpha = l.alpha();
  spec.divide_alpha = l.divide_alpha();
  spec.beta = l.beta();
  spec.k = l.k();
  spec.groups = l.groups();
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpec(const schema::Activation& a) {
  ALEXNET_ASSIGN_OR_RETURN(const ActivationKind kind,
                           DecodeEnum<ActivationKind>(a.kind(), "kind"));
  return LayerSpec(Activation{kind});
}

Result<LayerSpec> DecodeSpec(const schema::FullyConnected& f) {
  FullyConnected spec;
  spec.out_features = f.out_features();
  spec.has_bias = f.has_bias();
  ALEXNET_ASSIGN_OR_RETURN(spec.weight, DecodeRule(*f.weight()));
  ALEXNET_ASSIGN_OR_RETURN(spec.bias, DecodeRule(*f.bias()));
  return LayerSpec(spec);
}

Result<LayerSpec> DecodeSpecOf(const schema::Layer& layer) {
  // The verifier lets any reference pass as a union that is of no known kind.
  switch (layer.spec_type()) {
    case schema::LayerSpec::Convolution:
      return DecodeSpec(*layer.spec_as_Convolution());
    case schema::LayerSpec::Pooling:
      return DecodeSpec(*layer.spec_as_Pooling());
    case schema::LayerSpec::Lrn:
      return DecodeSpec(*layer.spec_as_Lrn());
    case schema::LayerSpec::Activation:
      return DecodeSpec(*layer.spec_as_Activation());
    case schema::LayerSpec::Dropout:
      return LayerSpec(Dropout{layer.spec_as_Dropout()->rate()});
    case schema::LayerSpec::AdaptiveAveragePooling: {
      const auto& p = *layer.spec_as_AdaptiveAveragePooling();
      return LayerSpec(AdaptiveAveragePooling{p.out_h(), p.out_w()});
    }
    case schema::LayerSpec::FullyConnected:
      return DecodeSpec(*layer.spec_as_FullyConnected());
    case schema::LayerSpec::Softmax:
      return LayerSpec(Softmax{});
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
