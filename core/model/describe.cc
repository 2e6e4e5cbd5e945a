#include "core/model/describe.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/network/describe.h"

namespace alexnet {
namespace {

using Json = nlohmann::ordered_json;

Json ShapeJson(const Shape& shape) {
  return std::vector<int64_t>(shape.extents().begin(), shape.extents().end());
}

template <typename Enum>
std::string NameOf(Enum value, std::initializer_list<const char*> names) {
  return names.begin()[static_cast<size_t>(value)];
}

Json WindowJson(const Window& window) {
  return {
      {"kernel", {window.kernel_h, window.kernel_w}},
      {"stride", {window.stride_h, window.stride_w}},
      {"pads",
       {window.pad_top, window.pad_left, window.pad_bottom, window.pad_right}},
      {"rounding", NameOf(window.rounding, {"floor", "ceil"})}};
}

// A layer's options, every one of them.
struct OptionsJson {
  Json operator()(const Convolution& convolution) const {
    return {{"out_channels", convolution.out_channels},
            {"window", WindowJson(convolution.window)},
            {"groups", convolution.groups},
            {"has_bias", convolution.has_bias}};
  }
  Json operator()(const Pooling& pooling) const {
    return {{"pool", NameOf(pooling.kind, {"max", "average"})},
            {"window", WindowJson(pooling.window)},
            {"count_padding", pooling.count_padding}};
  }
  Json operator()(const Lrn& lrn) const {
    return {
        {"region", NameOf(lrn.region, {"across_channels", "within_channel"})},
        {"size", lrn.size},
        {"alpha", lrn.alpha},
        {"divide_alpha", lrn.divide_alpha},
        {"beta", lrn.beta},
        {"k", lrn.k},
        {"groups", lrn.groups}};
  }
  Json operator()(const Activation& activation) const {
    return {{"activation", NameOf(activation.kind, {"relu", "tanh"})}};
  }
  Json operator()(const Dropout& dropout) const {
    return {{"rate", dropout.rate}};
  }
  Json operator()(const AdaptiveAveragePooling& pooling) const {
    return {{"output", {pooling.out_h, pooling.out_w}}};
  }
  Json operator()(const FullyConnected& full) const {
    return {{"out_features", full.out_features}, {"has_bias", full.has_bias}};
  }
  Json operator()(const Softmax&) const { return Json::object(); }
};

Json NetworkJson(const Network& network, const NetworkInfo& info) {
  Json layers = Json::array();
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    layers.push_back({{"name", layer.name},
                      {"kind", LayerKindName(layer)},
                      {"settings", DescribeSettings(layer)},
                      {"options", std::visit(OptionsJson{}, layer.spec)},
                      {"input", ShapeJson(info.layers[i].in)},
                      {"output", ShapeJson(info.layers[i].out)},
                      {"macs", info.layers[i].macs}});
  }
  Json parameters = Json::array();
  for (const ParameterInfo& parameter : info.parameters) {
    parameters.push_back({{"name", parameter.name},
                          {"shape", ShapeJson(parameter.shape)},
                          {"rate", parameter.rule.rate},
                          {"decay", parameter.rule.decay}});
  }
  return {{"name", network.name},
          {"input", {network.channels, network.height, network.width}},
          {"classes", info.classes},
          {"parameter_count", info.parameter_count},
          {"macs", info.macs},
          {"layers", layers},
          {"parameters", parameters}};
}

Json PreprocessingJson(const Preprocessing& p) {
  Json json = {
      {"order", NameOf(p.order, {"rgb", "bgr", "gray"})},
      {"resize_rule", NameOf(p.resize_rule, {"none", "short_side", "warp"})},
      {"resize_filter",
       NameOf(p.resize_filter,
              {"antialiased_bilinear", "opencv_linear", "opencv_area"})},
      {"resize", p.resize},
      {"crop", {p.crop_height, p.crop_width}},
      {"scale", p.scale},
      {"mean_kind", NameOf(p.mean_kind, {"none", "channel", "image_at_crop",
                                         "image_at_centre"})},
      {"mean", p.mean},
      {"stddev", p.stddev},
      {"view_order", NameOf(p.view_order, {"caffe", "convnet"})},
      {"color_stddev", p.color_stddev},
      {"color_axes", p.color_axes}};
  if (p.mean_image != nullptr) {
    json["mean_image"] = {p.mean_image->channels, p.mean_image->height,
                          p.mean_image->width};
  }
  return json;
}

Json TensorsJson(const Model& model) {
  Json tensors = Json::array();
  for (const StoredTensor& tensor : model.tensors()) {
    tensors.push_back(
        {{"name", tensor.name},
         {"role", NameOf(tensor.role, {"parameter", "momentum", "mean_image"})},
         {"dtype", DTypeName(tensor.dtype)},
         {"shape", ShapeJson(tensor.shape)},
         {"offset", tensor.offset},
         {"bytes", tensor.bytes},
         {"hash", fmt::format("{:016x}", tensor.hash)}});
  }
  return tensors;
}

Json TrainingJson(const TrainingState& state) {
  return {{"epoch", state.epoch},
          {"step", state.step},
          {"position", state.position},
          {"seed", state.seed},
          {"seconds", state.seconds},
          {"epochs", state.recipe.epochs},
          {"batch", state.recipe.batch},
          {"rate", state.recipe.rate},
          {"momentum", state.recipe.momentum},
          {"weight_decay", state.recipe.weight_decay},
          {"best_epoch", state.best.epoch},
          {"best_top1_error", state.best.top1_error},
          {"dataset_samples", state.dataset_samples},
          {"compute_threads", state.compute_threads},
          {"isa", state.isa},
          {"build_id", state.build_id},
          {"device", state.device},
          {"hardware", state.hardware},
          {"precision", state.precision},
          {"tuned", state.tuned}};
}

// A network with what training alone looks at left out.
Network WithoutTraining(Network network) {
  network.name.clear();
  for (Layer& layer : network.layers) {
    if (auto* convolution = std::get_if<Convolution>(&layer.spec)) {
      convolution->weight = {};
      convolution->bias = {};
    } else if (auto* full = std::get_if<FullyConnected>(&layer.spec)) {
      full->weight = {};
      full->bias = {};
    }
  }
  return network;
}

}  // namespace

std::string DescribeNetworkJson(const Network& network,
                                const NetworkInfo& info) {
  // A name that came from a caller may be any bytes.
  return NetworkJson(network, info)
      .dump(2, ' ', false, Json::error_handler_t::replace);
}

std::string DescribeModelJson(const Model& model) {
  Json metadata = Json::object();
  for (const KeyValue& pair : model.metadata()) metadata[pair.key] = pair.value;
  const Provenance& provenance = model.provenance();
  Json json = {
      {"file", model.path()},
      {"file_bytes", model.file_size()},
      {"file_hash", fmt::format("{:016x}", model.file_hash())},
      {"format_version", model.format_version()},
      {"engine_version", model.engine_version()},
      {"network", NetworkJson(model.network(), model.info())},
      {"preprocessing", PreprocessingJson(model.preprocessing())},
      {"labels", model.labels()},
      {"tensors", TensorsJson(model)},
      {"provenance",
       {{"source", provenance.source},
        {"parent_hash", fmt::format("{:016x}", provenance.parent_hash)},
        {"created", provenance.created},
        {"tool", provenance.tool}}},
      {"metadata", metadata},
      {"self_check", model.self_check() != nullptr}};
  if (model.training_state() != nullptr) {
    json["training_state"] = TrainingJson(*model.training_state());
  }
  // A path may be any bytes; all else was checked when the file was opened.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

Status CheckFits(const Model& model, const Network& network) {
  ALEXNET_ASSIGN_OR_RETURN(const NetworkInfo info, InferNetwork(network));
  return CheckSameParameters(model.info(), info)
      .WithContext(
          fmt::format("holds {}, not {}", model.network().name, network.name))
      .WithFile(model.path());
}

Status CheckSameNetwork(const Model& model, const Network& network) {
  ALEXNET_RETURN_IF_ERROR(CheckFits(model, network));
  const Network a = WithoutTraining(model.network());
  const Network b = WithoutTraining(network);
  if (a == b) return Status();
  std::string difference = "their inputs or numbers of layers differ";
  for (size_t i = 0; i < std::min(a.layers.size(), b.layers.size()); ++i) {
    if (a.layers[i] == b.layers[i]) continue;
    difference =
        fmt::format("layer {} is {} {} in one, {} {} {} in the other",
                    a.layers[i].name, LayerKindName(a.layers[i]),
                    DescribeSettings(a.layers[i]), b.layers[i].name,
                    LayerKindName(b.layers[i]), DescribeSettings(b.layers[i]));
    break;
  }
  return FailedPreconditionError(fmt::format("holds {}, not {}: {}",
                                             model.network().name, network.name,
                                             difference))
      .WithFile(model.path());
}

}  // namespace alexnet
