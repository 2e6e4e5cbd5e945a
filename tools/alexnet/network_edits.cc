#include "tools/alexnet/network_edits.h"

#include <fmt/core.h>

#include <cstddef>
#include <string>
#include <utility>

namespace alexnet::cli {
namespace {

// What stands before and after the first `mark`.
std::pair<std::string, std::string> Divided(const std::string& text, char mark,
                                            const char* option,
                                            const char* form) {
  const size_t place = text.find(mark);
  if (place == std::string::npos || place == 0 || place + 1 == text.size()) {
    throw UsageError(
        fmt::format("{}: \"{}\" is not of the form {}", option, text, form));
  }
  return {text.substr(0, place), text.substr(place + 1)};
}

}  // namespace

void NetworkEdits::Make(Network& network) const {
  for (const std::string& layers : without) network.remove_layers(layers);
  for (const std::string& edit : replace) {
    const auto [layers, kind] = Divided(edit, '=', "--replace", "LAYERS=KIND");
    network.set_option(layers, "kind", kind);
  }
  for (const std::string& edit : set) {
    constexpr const char* kForm = "LAYERS.OPTION=VALUE";
    const auto [place, value] = Divided(edit, '=', "--set", kForm);
    const auto [layers, option] = Divided(place, '.', "--set", kForm);
    network.set_option(layers, option, value);
  }
}

void AddNetworkEdits(Arguments& arguments, NetworkEdits& edits) {
  arguments.Texts("--without", edits.without,
                  "Leaves layers out, by their names, in which * stands for "
                  "anything, or by what they compute: norm1, lrn, dropout");
  arguments.Texts("--replace", edits.replace,
                  "LAYERS=KIND: another function or pooling: relu=tanh, "
                  "pool5=average");
  arguments.Texts("--set", edits.set,
                  "LAYERS.OPTION=VALUE: pool*.kernel=2, norm1.alpha=1e-3, "
                  "conv1.weight.value=0.02; presets NAME --json names options");
}

}  // namespace alexnet::cli
