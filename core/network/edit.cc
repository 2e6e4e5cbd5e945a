#include "core/network/edit.h"

#include <fmt/core.h>
#include <fnmatch.h>

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/check.h"
#include "core/base/enum_name.h"
#include "core/network/layer_options.h"

namespace alexnet {
namespace {

bool Matches(const std::string& pattern, const Layer& layer) {
  if (pattern == layer.name) return true;
  if (fnmatch(pattern.c_str(), layer.name.c_str(), 0) == 0) return true;
  if (pattern == NameOf(kLayerTypeNames, LayerTypeOf(layer))) return true;
  const auto* activation = As<Activation>(layer);
  return activation != nullptr &&
         pattern == NameOf(kActivationKindNames, activation->kind);
}

// One option of one layer, looked for among those that it is shown.
class Setter {
 public:
  Setter(std::string_view option, std::string_view value)
      : option_(option), value_(value) {}

  template <typename T>
  void operator()(const std::string& name, T& member) {
    if constexpr (std::is_same_v<T, Window>) {
      Show(member);
    } else if constexpr (std::is_same_v<T, ParameterRule>) {
      Show(name, member);
    } else {
      names_.push_back(name);
      if (name == option_) Take(Read(&member));
    }
  }

  // What came of it, after all options of `layer` were shown.
  Status Outcome(const Layer& layer) const {
    const Status status =
        found_ ? status_ : UnknownName("option", option_, names_);
    return status.WithContext(fmt::format("layer {}", layer.name))
        .WithField(option_);
  }

 private:
  void Show(Window& window) {
    ShowAll("kernel", {&window.kernel_h, &window.kernel_w});
    (*this)("kernel_h", window.kernel_h);
    (*this)("kernel_w", window.kernel_w);
    ShowAll("stride", {&window.stride_h, &window.stride_w});
    (*this)("stride_h", window.stride_h);
    (*this)("stride_w", window.stride_w);
    ShowAll("pad", {&window.pad_top, &window.pad_left, &window.pad_bottom,
                    &window.pad_right});
    (*this)("pad_top", window.pad_top);
    (*this)("pad_left", window.pad_left);
    (*this)("pad_bottom", window.pad_bottom);
    (*this)("pad_right", window.pad_right);
    (*this)("rounding", window.rounding);
  }
  void Show(const std::string& name, ParameterRule& rule) {
    (*this)(name + ".init", rule.init.kind);
    (*this)(name + ".value", rule.init.value);
    (*this)(name + ".rate", rule.rate);
    (*this)(name + ".decay", rule.decay);
  }
  void ShowAll(const std::string& name, const std::vector<int64_t*>& members) {
    names_.push_back(name);
    if (name != option_) return;
    for (int64_t* member : members) Take(Read(member));
  }

  void Take(Status status) {
    found_ = true;
    if (status_.ok()) status_ = std::move(status);
  }

  template <typename T>
  Status Read(T* number) {
    const char* const end = value_.data() + value_.size();
    const auto [stop, error] = std::from_chars(value_.data(), end, *number);
    if (error == std::errc() && stop == end) return Status();
    return InvalidArgumentError(
        fmt::format("\"{}\" is no {}", value_,
                    std::is_integral_v<T> ? "whole number" : "number"));
  }
  Status Read(bool* flag) {
    *flag = value_ == "true";
    if (*flag || value_ == "false") return Status();
    return UnknownName("value", value_, {"true", "false"});
  }
  Status Read(Rounding* value) { return ReadName(kRoundingNames, value); }
  Status Read(InitKind* value) { return ReadName(kInitKindNames, value); }
  Status Read(PoolKind* value) { return ReadName(kPoolKindNames, value); }
  Status Read(LrnRegion* value) { return ReadName(kLrnRegionNames, value); }
  Status Read(ActivationKind* value) {
    return ReadName(kActivationKindNames, value);
  }
  template <typename Names, typename Enum>
  Status ReadName(const Names& names, Enum* value) {
    const auto found = ValueOf<Enum>(names, value_);
    if (found.has_value()) {
      *value = *found;
      return Status();
    }
    return UnknownName("value", value_, {names.begin(), names.end()});
  }

  const std::string_view option_;
  const std::string_view value_;
  std::vector<std::string> names_;
  bool found_ = false;
  Status status_;
};

Status NoLayer(const std::string& pattern, const Network& network) {
  return UnknownName("layer", pattern, network.layers,
                     [](const Layer& layer) { return layer.name; })
      .WithField("pattern");
}

Status Adopt(Network changed, Network* network) {
  ALEXNET_RETURN_IF_ERROR(InferNetwork(changed).status());
  *network = std::move(changed);
  return Status();
}

}  // namespace

Status SetLayerOption(const std::string& pattern, const std::string& option,
                      const std::string& value, Network* network) {
  Network changed = *network;
  bool any = false;
  for (Layer& layer : changed.layers) {
    if (!Matches(pattern, layer)) continue;
    any = true;
    Setter setter(option, value);
    std::visit([&](auto& spec) { VisitOptions(spec, setter); }, layer.spec);
    ALEXNET_RETURN_IF_ERROR(setter.Outcome(layer));
  }
  return any ? Adopt(std::move(changed), network) : NoLayer(pattern, *network);
}

Status RemoveLayers(const std::string& pattern, Network* network) {
  Network changed = *network;
  const auto removed = std::erase_if(changed.layers, [&](const Layer& layer) {
    return Matches(pattern, layer);
  });
  return removed > 0 ? Adopt(std::move(changed), network)
                     : NoLayer(pattern, *network);
}

}  // namespace alexnet
