#include "core/model/describe.h"

#include <fmt/core.h>

#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/enum_name.h"
#include "core/base/json.h"
#include "core/network/describe.h"

namespace alexnet {
namespace {

Json ShapeJson(const Shape& shape) {
  return std::vector<int64_t>(shape.extents().begin(), shape.extents().end());
}

Json WindowJson(const Window& window) {
  return {{"kernel", std::array{window.kernel_h, window.kernel_w}},
          {"stride", std::array{window.stride_h, window.stride_w}},
          {"pads", std::array{window.pad_top, window.pad_left,
                              window.pad_bottom, window.pad_right}},
          {"rounding", NameOf(kRoundingNames, window.rounding)}};
}

Json ParameterRuleJson(const ParameterRule& rule) {
  return {{"init", NameOf(kInitKindNames, rule.init.kind)},
          {"value", rule.init.value},
          {"rate", rule.rate},
          {"decay", rule.decay}};
}

// A layer's options, every one of them.
struct OptionsJson {
  // BEGIN options: layers.json LayerType
  Json operator()(const Convolution& layer) const {
    return {
        {"out_channels", layer.out_channels},
        {"window", WindowJson(layer.window)},
        {"groups", layer.groups},
        {"has_bias", layer.has_bias},
        {"weight", ParameterRuleJson(layer.weight)},
        {"bias", ParameterRuleJson(layer.bias)},
    };
  }
  Json operator()(const Pooling& layer) const {
    return {
        {"kind", NameOf(kPoolKindNames, layer.kind)},
        {"window", WindowJson(layer.window)},
        {"count_padding", layer.count_padding},
    };
  }
  Json operator()(const Lrn& layer) const {
    return {
        {"region", NameOf(kLrnRegionNames, layer.region)},
        {"size", layer.size},
        {"alpha", layer.alpha},
        {"divide_alpha", layer.divide_alpha},
        {"beta", layer.beta},
        {"k", layer.k},
        {"groups", layer.groups},
    };
  }
  Json operator()(const Activation& layer) const {
    return {
        {"kind", NameOf(kActivationKindNames, layer.kind)},
    };
  }
  Json operator()(const Dropout& layer) const {
    return {
        {"rate", layer.rate},
    };
  }
  Json operator()(const AdaptiveAveragePooling& layer) const {
    return {
        {"out_h", layer.out_h},
        {"out_w", layer.out_w},
    };
  }
  Json operator()(const FullyConnected& layer) const {
    return {
        {"out_features", layer.out_features},
        {"has_bias", layer.has_bias},
        {"weight", ParameterRuleJson(layer.weight)},
        {"bias", ParameterRuleJson(layer.bias)},
    };
  }
  Json operator()(const Softmax&) const { return Json::Object(); }
  Json operator()(const LocallyConnected& layer) const {
    return {
        {"out_channels", layer.out_channels},
        {"window", WindowJson(layer.window)},
        {"has_bias", layer.has_bias},
        {"weight", ParameterRuleJson(layer.weight)},
        {"bias", ParameterRuleJson(layer.bias)},
    };
  }
  // END options
};

Json NetworkJson(const Network& network, const NetworkInfo& info) {
  Json layers = Json::Array();
  for (size_t i = 0; i < network.layers.size(); ++i) {
    const Layer& layer = network.layers[i];
    layers.Append({{"name", layer.name},
                   {"kind", LayerKindName(layer)},
                   {"settings", DescribeSettings(layer)},
                   {"options", std::visit(OptionsJson{}, layer.spec)},
                   {"input", ShapeJson(info.layers[i].in)},
                   {"output", ShapeJson(info.layers[i].out)},
                   {"macs", info.layers[i].macs}});
  }
  Json parameters = Json::Array();
  for (const ParameterInfo& parameter : info.parameters) {
    parameters.Append({{"name", parameter.name},
                       {"shape", ShapeJson(parameter.shape)},
                       {"rate", parameter.rule.rate},
                       {"decay", parameter.rule.decay}});
  }
  return {
      {"name", network.name},
      {"input", std::array{network.channels, network.height, network.width}},
      {"classes", info.classes},
      {"parameter_count", info.parameter_count},
      {"macs", info.macs},
      {"layers", layers},
      {"parameters", parameters}};
}

Json PreprocessingJson(const Preprocessing& p) {
  Json json = {
      // BEGIN options: json.pairs preprocessing from=p
      {"channel_order", NameOf(kChannelOrderNames, p.order)},
      {"resize_rule", NameOf(kResizeRuleNames, p.resize_rule)},
      {"resize_filter", NameOf(kResizeFilterNames, p.resize_filter)},
      {"resize", p.resize},
      {"crop_height", p.crop_height},
      {"crop_width", p.crop_width},
      {"scale", p.scale},
      {"mean_kind", NameOf(kMeanKindNames, p.mean_kind)},
      {"mean", p.mean},
      {"stddev", p.stddev},
      {"view_order", NameOf(kViewOrderNames, p.view_order)},
      {"color_stddev", p.color_stddev},
      {"color_axes", p.color_axes},
      // END options
  };
  if (p.mean_image != nullptr) {
    json["mean_image"] = std::array{p.mean_image->channels,
                                    p.mean_image->height, p.mean_image->width};
  }
  return json;
}

Json TensorsJson(const Model& model) {
  Json tensors = Json::Array();
  for (const StoredTensor& tensor : model.tensors()) {
    tensors.Append({{"name", tensor.name},
                    {"role", NameOf(kTensorRoleNames, tensor.role)},
                    {"dtype", DTypeName(tensor.dtype)},
                    {"shape", ShapeJson(tensor.shape)},
                    {"offset", tensor.offset},
                    {"bytes", tensor.bytes},
                    {"hash", fmt::format("{:016x}", tensor.hash)}});
  }
  return tensors;
}

Json RecipeJson(const Recipe& recipe) {
  return {
      // BEGIN options: json.pairs recipe from=recipe
      {"batch", recipe.batch},
      {"epochs", recipe.epochs},
      {"rate", recipe.rate},
      {"momentum", recipe.momentum},
      {"weight_decay", recipe.weight_decay},
      {"schedule", NameOf(kScheduleKindNames, recipe.schedule.kind)},
      {"factor", recipe.schedule.factor},
      {"milestones", recipe.schedule.milestones},
      {"patience", recipe.schedule.patience},
      {"max_cuts", recipe.schedule.max_cuts},
      {"power", recipe.schedule.power},
      {"warmup_epochs", recipe.schedule.warmup_epochs},
      {"crop", NameOf(kCropKindNames, recipe.augmentation.crop)},
      {"pad", recipe.augmentation.pad},
      {"mirror", recipe.augmentation.mirror},
      {"color_sigma", recipe.augmentation.color_sigma},
      {"rescale_after_noise", recipe.augmentation.rescale_after_noise},
      {"label_smoothing", recipe.label_smoothing},
      {"clip_gradient_norm", recipe.clip_gradient_norm},
      {"class_balance", NameOf(kClassBalanceNames, recipe.class_balance)},
      // END options
  };
}

Json TrainingJson(const TrainingState& state) {
  return {{"epoch", state.epoch},
          {"step", state.step},
          {"position", state.position},
          {"seed", state.seed},
          {"seconds", state.seconds},
          {"recipe", RecipeJson(state.recipe)},
          {"best_epoch", state.best.epoch},
          {"best_top1_error", state.best.top1_error},
          {"dataset_samples", state.dataset_samples},
          {"compute_threads", state.compute_threads},
          {"isa", state.isa},
          {"build_id", state.build_id},
          {"device", state.device},
          {"hardware", state.hardware},
          {"precision", state.precision},
          {"tuned", state.tuned},
          {"devices", state.devices},
          {"parallel", state.parallel},
          {"rank_threads", state.rank_threads},
          {"adder", state.adder}};
}

// A network with what training alone looks at left out.
Network WithoutTraining(Network network) {
  network.name.clear();
  for (Layer& layer : network.layers) {
    VisitParameters(layer, [](auto& spec) {
      spec.weight = {};
      spec.bias = {};
    });
  }
  return network;
}

}  // namespace

std::string DescribeNetworkJson(const Network& network,
                                const NetworkInfo& info) {
  // A name that came from a caller may be any bytes.
  return NetworkJson(network, info).Text(2);
}

std::string DescribeModelJson(const Model& model) {
  Json::Members metadata;
  for (const KeyValue& pair : model.metadata()) {
    metadata.emplace_back(pair.key, pair.value);
  }
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
      {"metadata", Json::Object(std::move(metadata))},
      {"self_check", model.self_check() != nullptr}};
  if (model.training_state() != nullptr) {
    json["training_state"] = TrainingJson(*model.training_state());
  }
  // A path may be any bytes; all else was checked when the file was opened.
  return json.Text(2);
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
