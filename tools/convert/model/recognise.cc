#include "tools/convert/model/recognise.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "tools/convert/base/errors.h"
#include "tools/convert/model/tensor_pairs.h"

namespace alexnet::convert {
namespace {

// In which files of one shape are looked for: the commonest first.
constexpr std::string_view kFirst[] = {
    "torchvision", "bvlc_alexnet", "caffenet",     "owt",
    "tf_slim",     "alexnet",      "alexnet_2012", "zoo_bvlc_alexnet"};

// All presets in that order, the others behind.
const std::vector<std::string_view>& Order() {
  static const auto* order = [] {
    auto* names =
        new std::vector<std::string_view>(std::begin(kFirst), std::end(kFirst));
    for (const Preset& preset : presets()) {
      if (std::find(names->begin(), names->end(), preset.name) ==
          names->end()) {
        names->push_back(preset.name);
      }
    }
    return names;
  }();
  return *order;
}

// What other programs call presets.
constexpr std::pair<std::string_view, std::string_view> kAliases[] = {
    {"AlexNet", "bvlc_alexnet"},     {"alexnet_caffe", "bvlc_alexnet"},
    {"CaffeNet", "caffenet"},        {"bvlc_reference_caffenet", "caffenet"},
    {"CaffeNet_ILSVRC", "caffenet"},
};

// The engine's view of a foreign weight: shape, and whether it fits.
struct Wanted {
  size_t layer;         // in Layers
  Extents shape;        // of the weight
  int64_t outputs = 0;  // elements of the bias
  bool has_bias = true;
};

std::vector<Wanted> WhatIsWanted(const Layers& layers) {
  std::vector<Wanted> wanted;
  for (size_t i = 0; i < layers.layers.size(); ++i) {
    const Layer& layer = layers.layers[i];
    if (const auto* convolution = As<Convolution>(layer)) {
      wanted.push_back(
          {i,
           {convolution->out_channels, layer.input[0] / convolution->groups,
            convolution->window.kernel_h, convolution->window.kernel_w},
           convolution->out_channels,
           convolution->has_bias});
    } else if (const auto* full = As<FullyConnected>(layer)) {
      int64_t features = 1;
      for (const int64_t extent : layer.input) features *= extent;
      wanted.push_back({i,
                        {full->out_features, features},
                        full->out_features,
                        full->has_bias});
    } else if (const auto* local = As<LocallyConnected>(layer)) {
      const int64_t units = layer.output[0] * layer.output[1] * layer.output[2];
      wanted.push_back({i,
                        {units, layer.input[0], local->window.kernel_h,
                         local->window.kernel_w},
                        units,
                        local->has_bias});
    }
  }
  return wanted;
}

// Without axes of extent 1 at the end, which convolutions over one pixel have.
Extents Trimmed(Extents shape) {
  while (shape.size() > 2 && shape.back() == 1) shape.pop_back();
  return shape;
}

// Whether a weight can be the wanted one, flattened or not.
bool Fits(const Extents& shape, const Layer& layer, const Extents& wanted) {
  if (Trimmed(shape) == Trimmed(wanted)) return true;
  if (shape[0] != wanted[0]) return false;
  if (wanted.size() == 2 && shape.size() == 4) {
    return Extents(shape.begin() + 1, shape.end()) == layer.input;
  }
  // A convolution over all of its input may be stored as fully connected.
  return wanted.size() == 4 && shape.size() == 2 &&
         shape[1] == wanted[1] * wanted[2] * wanted[3];
}

std::string MisfitOf(const TensorPair& pair, const Layers& layers,
                     const Wanted& wanted) {
  const Layer& layer = layers.layers[wanted.layer];
  if (!Fits(pair.weight->shape, layer, wanted.shape)) {
    return fmt::format("layer {} of {} has weights {}, \"{}\" is {}",
                       layer.name, layers.name, ExtentsText(wanted.shape),
                       pair.weight->name, ExtentsText(pair.weight->shape));
  }
  if (!wanted.has_bias && pair.bias != nullptr) {
    return fmt::format("layer {} of {} has no bias, the file has \"{}\"",
                       layer.name, layers.name, pair.bias->name);
  }
  if (wanted.has_bias && pair.bias == nullptr) {
    return fmt::format(
        "layer {} of {} has a bias, the file has none beside "
        "\"{}\"",
        layer.name, layers.name, pair.weight->name);
  }
  if (pair.bias != nullptr && pair.bias->shape != Extents{wanted.outputs}) {
    return fmt::format("layer {} of {} has {} biases, \"{}\" is {}", layer.name,
                       layers.name, wanted.outputs, pair.bias->name,
                       ExtentsText(pair.bias->shape));
  }
  return "";
}

// How the tensors differ from what `layers` wants: how many layers fit, and
// what is wrong with the next.
struct Misfit {
  size_t fitting = 0;
  std::string what;  // "" where all fit
};

Misfit Compare(const std::vector<TensorPair>& pairs, const Layers& layers) {
  const std::vector<Wanted> wanted = WhatIsWanted(layers);
  Misfit misfit;
  for (const Wanted& next : wanted) {
    if (misfit.fitting == pairs.size()) {
      misfit.what = fmt::format("layer {} of {} is not in the file",
                                layers.layers[next.layer].name, layers.name);
      return misfit;
    }
    misfit.what = MisfitOf(pairs[misfit.fitting], layers, next);
    if (!misfit.what.empty()) return misfit;
    ++misfit.fitting;
  }
  if (pairs.size() > wanted.size()) {
    misfit.what = fmt::format(
        "{} has {} layers with weights; \"{}\" is one more", layers.name,
        wanted.size(), pairs[wanted.size()].weight->name);
  }
  return misfit;
}

// A foreign weight in the engine's order.
Tensor InOrder(const Tensor& weight, const Layer& layer,
               const ForeignModel& foreign) {
  const bool flattened = weight.shape.size() == 2 && layer.input.size() == 3 &&
                         layer.input[1] * layer.input[2] > 1;
  if (!flattened || foreign.flatten == FlattenOrder::kChw) return weight;
  const Tensor split =
      Split(weight, 1, {layer.input[1], layer.input[2], layer.input[0]});
  return Permuted(split, {0, 3, 1, 2});
}

std::vector<Parameter> ParametersFrom(const ForeignModel& foreign,
                                      const std::vector<TensorPair>& pairs,
                                      const Layers& layers) {
  std::vector<Parameter> parameters;
  const std::vector<Wanted> wanted = WhatIsWanted(layers);
  for (size_t i = 0; i < wanted.size(); ++i) {
    const Layer& layer = layers.layers[wanted[i].layer];
    const TensorPair& pair = pairs[i];
    parameters.push_back({layer.name + ".weight", pair.weight->name,
                          InOrder(*pair.weight, layer, foreign)});
    if (pair.bias == nullptr) continue;
    parameters.push_back({layer.name + ".bias", pair.bias->name, *pair.bias});
  }
  return parameters;
}

struct Candidate {
  std::string preset;
  bool as_it_is = true;  // not of another number of channels
  Network network;
  Layers layers;
};

// A preset with this many classes, and input channels where they are not 0;
// nothing where it cannot be made so.
std::optional<Candidate> MakeCandidate(std::string_view preset, int64_t classes,
                                       int64_t input_size,
                                       int64_t channels = 0) {
  try {
    Network network = Network::preset(std::string(preset), classes, input_size);
    Layers layers = LayersOf(network, std::string(preset));
    const bool as_it_is = channels == 0 || channels == layers.channels;
    if (!as_it_is) {
      layers.channels = channels;
      network = NetworkOf(layers);
      layers = LayersOf(network, std::string(preset));
    }
    return Candidate{std::string(preset), as_it_is, std::move(network),
                     std::move(layers)};
  } catch (const Error& error) {
    PassSystemErrors(error);
    return std::nullopt;
  }
}

void CheckPresetName(const std::string& preset) {
  std::vector<std::string_view> names;
  for (const Preset& known : presets()) {
    if (known.name == preset) return;
    names.push_back(known.name);
  }
  throw Invalid("preset",
                fmt::format("there is no preset \"{}\"; there are: {}", preset,
                            fmt::join(names, " ")));
}

// The preset that the file itself names, or "".
std::string NamedPreset(const ForeignModel& foreign) {
  for (const auto& [alias, preset] : kAliases) {
    if (foreign.network_name == alias) return std::string(preset);
  }
  for (const std::string_view preset : Order()) {
    if (foreign.network_name == preset) return std::string(preset);
  }
  for (const Tensor& tensor : foreign.tensors) {
    // The names of its modules, which nothing else has.
    if (tensor.name == "features.10.weight") return "torchvision";
  }
  return foreign.preset;
}

Recognised ByLayers(const ForeignModel& foreign, const std::string& preset) {
  const std::vector<TensorPair> pairs = PairsOfLayers(foreign);
  Network own = NetworkOf(*foreign.layers);
  Layers layers = LayersOf(own, foreign.layers->name);
  const int64_t classes = layers.layers.back().output[0];
  std::string difference;
  for (const std::string_view name : Order()) {
    if (!preset.empty() && name != preset) continue;
    std::optional<Candidate> candidate =
        MakeCandidate(name, classes, layers.height);
    if (!candidate) continue;
    difference = FirstDifference(layers, candidate->layers);
    if (!difference.empty()) continue;
    const Misfit misfit = Compare(pairs, candidate->layers);
    if (!misfit.what.empty()) throw Invalid("", misfit.what);
    std::vector<Parameter> parameters =
        ParametersFrom(foreign, pairs, candidate->layers);
    return {std::move(candidate->network), std::move(candidate->layers),
            candidate->preset, "its layers are those of " + std::string(name),
            std::move(parameters)};
  }
  if (!preset.empty()) {
    throw Invalid("preset", fmt::format("the file does not hold {}: {}", preset,
                                        difference.empty()
                                            ? "that has no version of this size"
                                            : difference));
  }
  const Misfit misfit = Compare(pairs, layers);
  if (!misfit.what.empty()) throw Damaged("", misfit.what);
  std::vector<Parameter> parameters = ParametersFrom(foreign, pairs, layers);
  return {std::move(own), std::move(layers), "",
          "its layers are those of no preset, so they are taken as they are",
          std::move(parameters)};
}

// Why one of several presets was taken.
std::string WhyOf(const std::vector<Candidate>& fitting, size_t chosen,
                  bool named) {
  if (fitting.size() == 1) {
    return "its tensors fit " + fitting[0].preset + " alone";
  }
  std::string others;
  for (size_t i = 0; i < fitting.size(); ++i) {
    if (i == chosen) continue;
    others += (others.empty() ? "" : ", ") + fitting[i].preset;
  }
  return fmt::format(
      "its tensors fit {} and also {}, which the shapes of weights cannot tell "
      "apart; {}; `preset` chooses another",
      fitting[chosen].preset, others,
      named ? "names in the file are the former's"
            : "weights of that shape are mostly the former's");
}

bool HasLrn(const Layers& layers) {
  return std::any_of(
      layers.layers.begin(), layers.layers.end(),
      [](const Layer& layer) { return As<Lrn>(layer) != nullptr; });
}

// Of grey or of coloured pictures; 0: of neither.
int64_t ChannelsOf(const std::vector<TensorPair>& pairs) {
  const Extents& first = pairs[0].weight->shape;
  return first.size() == 4 && (first[1] == 1 || first[1] == 3) ? first[1] : 0;
}

// The presets that tensors fit, in one order of them.
struct Fitting {
  std::vector<TensorPair> pairs;
  std::vector<Candidate> candidates;
};

// In the first order in which any preset fits. Throws Invalid, naming the layer
// that differs from the closest, where none does.
Fitting PresetsThatFit(const ForeignModel& foreign, const std::string& preset) {
  Misfit closest;
  for (std::vector<TensorPair>& pairs : PairTensors(foreign.tensors)) {
    if (pairs.empty()) throw Invalid("", "holds no weights");
    const int64_t classes = pairs.back().weight->shape[0];
    std::vector<Candidate> fitting;
    for (const std::string_view name : Order()) {
      if (!preset.empty() && name != preset) continue;
      std::optional<Candidate> candidate =
          MakeCandidate(name, classes, 0, ChannelsOf(pairs));
      if (!candidate) continue;
      Misfit misfit = Compare(pairs, candidate->layers);
      if (misfit.what.empty() && preset.empty() && foreign.batch_normalized &&
          HasLrn(candidate->layers)) {
        misfit.what = fmt::format(
            "{} has these weights, and local response normalization where the "
            "file has batch normalization; `network_file` describes the "
            "network, or `preset` takes it as {} all the same",
            candidate->preset, candidate->preset);
      }
      if (misfit.what.empty()) {
        fitting.push_back(std::move(*candidate));
      } else if (closest.what.empty() || misfit.fitting > closest.fitting) {
        closest = misfit;
      }
    }
    if (!fitting.empty()) return {std::move(pairs), std::move(fitting)};
  }
  throw Invalid(
      preset.empty() ? "" : "preset",
      fmt::format("holds the weights of another network: {}{}",
                  preset.empty() ? "of the presets it is closest to, " : "",
                  closest.what));
}

// The order in which tensors fit these layers. Throws Invalid where they do
// not.
std::vector<TensorPair> PairsThatFit(const std::vector<Tensor>& tensors,
                                     const Layers& layers) {
  Misfit closest;
  for (std::vector<TensorPair>& pairs : PairTensors(tensors)) {
    const Misfit misfit = Compare(pairs, layers);
    if (misfit.what.empty()) return std::move(pairs);
    if (closest.what.empty() || misfit.fitting > closest.fitting) {
      closest = misfit;
    }
  }
  throw Invalid("", closest.what);
}

Recognised ByTensors(const ForeignModel& foreign, const std::string& preset) {
  auto [pairs, fitting] = PresetsThatFit(foreign, preset);
  const std::string wanted = NamedPreset(foreign);
  const auto found = std::find_if(
      fitting.begin(), fitting.end(),
      [&](const Candidate& each) { return each.preset == wanted; });
  const bool named = found != fitting.end();
  const size_t chosen =
      named ? static_cast<size_t>(found - fitting.begin()) : 0;
  std::string why = preset.empty() ? WhyOf(fitting, chosen, named)
                                   : "it was asked for, and its tensors fit";
  Candidate& taken = fitting[chosen];
  if (!taken.as_it_is) {
    why += fmt::format("; it is that of {} input channels, which is no preset",
                       taken.layers.channels);
    taken.preset.clear();
  }
  std::vector<Parameter> parameters =
      ParametersFrom(foreign, pairs, taken.layers);
  return {std::move(taken.network), std::move(taken.layers), taken.preset,
          std::move(why), std::move(parameters)};
}

// Of the input of `layers`, by the weights of the first convolution.
int64_t ChannelsFor(const Layers& layers, const std::vector<Tensor>& tensors) {
  constexpr int64_t kColours = 3;
  const auto convolution = std::find_if(
      layers.layers.begin(), layers.layers.end(),
      [](const Layer& each) { return As<Convolution>(each) != nullptr; });
  const auto weight =
      std::find_if(tensors.begin(), tensors.end(),
                   [](const Tensor& each) { return each.shape.size() == 4; });
  if (convolution == layers.layers.end() || weight == tensors.end()) {
    return kColours;
  }
  return weight->shape[1] * As<Convolution>(*convolution)->groups;
}

}  // namespace

void TakeLayers(Layers layers, ForeignModel* foreign) {
  if (layers.channels == 0) {
    layers.channels = ChannelsFor(layers, foreign->tensors);
  }
  layers = WithShapes(layers);
  const std::vector<TensorPair> pairs = PairsThatFit(foreign->tensors, layers);
  size_t next = 0;
  for (const Layer& layer : layers.layers) {
    LayerTensors names;
    if (HasWeights(layer)) {
      const TensorPair& pair = pairs[next++];
      names.weight = pair.weight->name;
      if (pair.bias != nullptr) names.bias = pair.bias->name;
    }
    foreign->layer_tensors.push_back(std::move(names));
  }
  foreign->layers = std::move(layers);
}

std::vector<Parameter> ParametersFor(const ForeignModel& foreign,
                                     const Layers& layers) {
  for (const Tensor& tensor : foreign.tensors) Validate(tensor);
  if (!foreign.layers) {
    const std::vector<Tensor>& tensors = foreign.dictionaries.size() == 1
                                             ? foreign.dictionaries[0].tensors
                                             : foreign.tensors;
    return ParametersFrom(foreign, PairsThatFit(tensors, layers), layers);
  }
  const std::vector<TensorPair> pairs = PairsOfLayers(foreign);
  const Misfit misfit = Compare(pairs, layers);
  if (!misfit.what.empty()) throw Invalid("", misfit.what);
  return ParametersFrom(foreign, pairs, layers);
}

Recognised Recognise(const ForeignModel& foreign, const std::string& preset) {
  if (!preset.empty()) CheckPresetName(preset);
  for (const Tensor& tensor : foreign.tensors) Validate(tensor);
  return foreign.layers ? ByLayers(foreign, preset)
                        : ByTensors(foreign, preset);
}

}  // namespace alexnet::convert
