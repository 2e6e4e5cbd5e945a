#include "tools/convert/model/fold.h"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "tools/convert/base/errors.h"

namespace alexnet::convert {
namespace {

// PyTorch's default, which state dicts do not hold.
constexpr double kUsualEpsilon = 1e-5;
constexpr std::string_view kMean = "running_mean";
constexpr std::string_view kVariance = "running_var";

// "features.1" of "features.1.running_mean".
std::string ModuleOf(const std::string& name) {
  const size_t dot = name.rfind('.');
  return dot == std::string::npos ? "" : name.substr(0, dot);
}

std::string_view LeafOf(const std::string& name) {
  return std::string_view(name).substr(name.rfind('.') + 1);
}

// "features." and 12 of "features.12".
struct Numbered {
  std::string_view stem;
  int64_t number = 0;
};

std::optional<Numbered> NumberOf(std::string_view module) {
  size_t begin = module.size();
  while (begin > 0 && module[begin - 1] >= '0' && module[begin - 1] <= '9') {
    --begin;
  }
  const bool whole = begin == 0 || module[begin - 1] == '.';
  if (begin == module.size() || !whole) return std::nullopt;
  Numbered numbered{module.substr(0, begin), 0};
  const char* end = module.data() + module.size();
  const auto [last, error] =
      std::from_chars(module.data() + begin, end, numbered.number);
  if (error != std::errc() || last != end) return std::nullopt;
  return numbered;
}

// The tensors of one module.
struct Module {
  std::string name;
  std::vector<Tensor> tensors;

  Tensor* Find(std::string_view leaf) {
    for (Tensor& tensor : tensors) {
      if (LeafOf(tensor.name) == leaf) return &tensor;
    }
    return nullptr;
  }
};

// In the order in which the file begins them.
std::vector<Module> ModulesOf(std::vector<Tensor> tensors) {
  std::vector<Module> modules;
  std::unordered_map<std::string, size_t> places;
  for (Tensor& tensor : tensors) {
    const std::string name = ModuleOf(tensor.name);
    const auto [place, is_new] = places.emplace(name, modules.size());
    if (is_new) modules.push_back({name, {}});
    modules[place->second].tensors.push_back(std::move(tensor));
  }
  return modules;
}

void CheckFollows(const Module& layer, const Module& norm,
                  const std::string& where) {
  const std::optional<Numbered> before = NumberOf(layer.name);
  const std::optional<Numbered> after = NumberOf(norm.name);
  if (before && after && before->stem == after->stem &&
      before->number + 1 != after->number) {
    throw Unsupported(
        where,
        fmt::format("is batch normalization that does not directly follow "
                    "\"{}\": between them stands what cannot be turned round "
                    "with it, such as a nonlinearity, so it cannot be folded "
                    "into weights",
                    layer.name));
  }
}

std::vector<float> ValuesOrNone(const Tensor* tensor) {
  return tensor != nullptr ? ValuesOf(*tensor) : std::vector<float>();
}

void FoldInto(Module* layer, Module* norm) {
  const std::string where = "tensor \"" + norm->name + ".running_mean\"";
  Tensor* variance = norm->Find(kVariance);
  if (variance == nullptr) {
    throw Unsupported(where, "is batch normalization without a variance");
  }
  Tensor* weight = layer != nullptr ? layer->Find("weight") : nullptr;
  if (weight == nullptr || weight->shape.size() < 2) {
    throw Unsupported(where,
                      "is batch normalization without a convolution or fully "
                      "connected layer before it to be folded into");
  }
  CheckFollows(*layer, *norm, where);
  const ChannelMap map = BatchNormalization(
      ValuesOrNone(norm->Find("weight")), ValuesOrNone(norm->Find("bias")),
      ValuesOf(*norm->Find(kMean)), ValuesOf(*variance), kUsualEpsilon, where);
  Tensor* bias = layer->Find("bias");
  if (bias != nullptr) return Fold(map, where, weight, bias);
  Tensor made;
  made.name = layer->name + ".bias";
  Fold(map, where, weight, &made);
  layer->tensors.push_back(std::move(made));
}

}  // namespace

ChannelMap BatchNormalization(const std::vector<float>& gamma,
                              const std::vector<float>& beta,
                              const std::vector<float>& mean,
                              const std::vector<float>& variance,
                              double epsilon, const std::string& where) {
  const size_t channels = mean.size();
  const auto fits = [&](const std::vector<float>& values) {
    return values.empty() || values.size() == channels;
  };
  if (variance.size() != channels || !fits(gamma) || !fits(beta)) {
    throw Damaged(where, "normalizes numbers of channels that differ");
  }
  ChannelMap map;
  for (size_t i = 0; i < channels; ++i) {
    const double scale =
        (gamma.empty() ? 1.0 : gamma[i]) / std::sqrt(variance[i] + epsilon);
    const double shift = (beta.empty() ? 0.0 : beta[i]) - scale * mean[i];
    if (!std::isfinite(scale) || !std::isfinite(shift)) {
      throw Damaged(where,
                    fmt::format("normalizes channel {} to what is no number: "
                                "mean {}, variance {}",
                                i, mean[i], variance[i]));
    }
    map.scale.push_back(scale);
    map.shift.push_back(shift);
  }
  return map;
}

void Fold(const ChannelMap& map, const std::string& where, Tensor* weight,
          Tensor* bias) {
  const size_t outputs = map.scale.size();
  if (weight->shape[0] != static_cast<int64_t>(outputs)) {
    throw Invalid(where, fmt::format("has {} channels; the layer before it, "
                                     "\"{}\", has {}",
                                     outputs, weight->name, weight->shape[0]));
  }
  std::vector<float> old(outputs, 0.0f);
  if (!bias->parts.empty()) {
    if (bias->shape != Extents{weight->shape[0]}) {
      throw Invalid(
          where, "follows a layer whose bias is " + ExtentsText(bias->shape));
    }
    old = ValuesOf(*bias);
  }
  std::vector<float> values;
  const bool scales = std::any_of(map.scale.begin(), map.scale.end(),
                                  [](double scale) { return scale != 1.0; });
  if (scales && weight->row_scales.empty()) {
    weight->row_scales.assign(outputs, 1.0);
  }
  for (size_t i = 0; i < outputs; ++i) {
    if (scales) weight->row_scales[i] *= map.scale[i];
    values.push_back(static_cast<float>(map.scale[i] * old[i] + map.shift[i]));
    const double scale = scales ? weight->row_scales[i] : 1.0;
    if (!std::isfinite(scale) || !std::isfinite(values.back())) {
      throw Damaged(where,
                    fmt::format("makes numbers of channel {} that are too "
                                "large: {} times what was, plus {}",
                                i, map.scale[i], map.shift[i]));
    }
  }
  *bias = TensorOfValues(bias->name, std::move(values));
}

std::vector<std::string> FoldBatchNormalization(std::vector<Tensor>* tensors) {
  const bool any = std::any_of(
      tensors->begin(), tensors->end(),
      [](const Tensor& tensor) { return LeafOf(tensor.name) == kMean; });
  if (!any) return {};
  std::vector<std::string> folded;
  std::vector<Module> rest;
  for (Module& module : ModulesOf(*tensors)) {
    if (module.Find(kMean) == nullptr) {
      rest.push_back(std::move(module));
      continue;
    }
    FoldInto(rest.empty() ? nullptr : &rest.back(), &module);
    folded.push_back(
        fmt::format("\"{}\" into \"{}\"", module.name, rest.back().name));
  }
  tensors->clear();
  for (Module& module : rest) {
    for (Tensor& tensor : module.tensors) {
      tensors->push_back(std::move(tensor));
    }
  }
  return folded;
}

}  // namespace alexnet::convert
