#include "core/network/presets.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "core/network/preset_makers.h"

namespace alexnet {
namespace {

struct Entry {
  PresetListing listing;
  Preset (*make)(int64_t classes, int64_t size);
  int64_t classes;
  int64_t size;
};

constexpr std::array<Entry, 12> kEntries = {{
    {{"alexnet", "The 2012 paper as printed: two towers, ReLU, LRN, pooling"},
     MakeAlexnet,
     1000,
     227},
    {{"alexnet_2012", "The graph of the published code that won ILSVRC-2012"},
     MakeAlexnet2012,
     1000,
     224},
    {{"bvlc_alexnet", "Caffe's AlexNet: groups, LRN before pooling, BGR"},
     MakeBvlcAlexnet,
     1000,
     227},
    {{"caffenet", "Caffe's reference net: pooling before LRN"},
     MakeCaffenet,
     1000,
     227},
    {{"torchvision", "torchvision's one-tower AlexNet, no LRN"},
     MakeTorchvision,
     1000,
     224},
    {{"owt", "cuda-convnet2's one-GPU net, 'one weird trick', with LRN"},
     MakeOwt,
     1000,
     224},
    {{"tf_slim", "TF-slim's alexnet_v2: fully connected as convolutions"},
     MakeTfSlim,
     1000,
     224},
    {{"zoo_bvlc_alexnet", "bvlc_alexnet as the ONNX model zoo runs it, at 224"},
     MakeZooBvlcAlexnet,
     1000,
     224},
    {{"cifar10", "The three-convolution ancestor for 32-pixel pictures"},
     MakeCifar10,
     10,
     32},
    {{"cifar10_lrn", "The same with LRN, mirrors and shifts"},
     MakeCifar10Lrn,
     10,
     32},
    {{"lenet5", "LeNet-5: average pooling, tanh, grey 32-pixel pictures"},
     MakeLenet5,
     10,
     32},
    {{"alexnet_small",
      "An AlexNet that trains in seconds, for demos and tests"},
     MakeAlexnetSmall,
     10,
     56},
}};

constexpr std::array<PresetListing, kEntries.size()> MakeListings() {
  std::array<PresetListing, kEntries.size()> listings{};
  for (size_t i = 0; i < kEntries.size(); ++i)
    listings[i] = kEntries[i].listing;
  return listings;
}

constexpr std::array<PresetListing, kEntries.size()> kListings = MakeListings();

constexpr int64_t kMaxInputSize = 4096;

Preset Make(const Entry& entry, int64_t classes, int64_t size) {
  Preset preset = entry.make(classes, size);
  preset.name = entry.listing.name;
  preset.summary = entry.listing.summary;
  return preset;
}

bool Works(const Entry& entry, int64_t classes, int64_t size) {
  return InferNetwork(Make(entry, classes, size).network).ok();
}

// Layers need a least size and any larger one works.
int64_t LeastSize(const Entry& entry, int64_t classes) {
  int64_t low = 0;
  int64_t high = entry.size;
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    (Works(entry, classes, middle) ? high : low) = middle;
  }
  return high;
}

std::string NamesOfAll() {
  std::string names;
  for (const PresetListing& listing : kListings) {
    if (!names.empty()) names += ", ";
    names += listing.name;
  }
  return names;
}

}  // namespace

std::span<const PresetListing> Presets() { return kListings; }

Result<Preset> MakePreset(std::string_view name, const PresetOptions& options) {
  const auto entry = std::find_if(
      kEntries.begin(), kEntries.end(),
      [name](const Entry& each) { return each.listing.name == name; });
  if (entry == kEntries.end()) {
    return NotFoundError(fmt::format("there is no preset '{}'; there are: {}",
                                     name, NamesOfAll()));
  }
  constexpr int64_t kMaxClasses = 1'000'000;
  if (options.classes < 0 || options.classes > kMaxClasses) {
    return InvalidArgumentError(fmt::format("{} classes; it must be 1 to {}",
                                            options.classes, kMaxClasses))
        .WithField("classes");
  }
  const int64_t classes =
      options.classes > 0 ? options.classes : entry->classes;
  const int64_t size =
      options.input_size != 0 ? options.input_size : entry->size;
  if (size < 1 || size > kMaxInputSize || !Works(*entry, classes, size)) {
    return InvalidArgumentError(
               fmt::format("{} cannot take pictures of {} pixels; it takes {} "
                           "to {}",
                           name, size, LeastSize(*entry, classes),
                           kMaxInputSize))
        .WithField("input_size");
  }
  Preset preset = Make(*entry, classes, size);
  Preprocessing& preprocessing = preset.preprocessing;
  preprocessing.crop_height = static_cast<int>(size);
  preprocessing.crop_width = static_cast<int>(size);
  if (size != entry->size && preprocessing.resize != size) {
    // The margin around the crop keeps its proportion, as 256 to 224.
    const double original =
        Make(*entry, classes, entry->size).preprocessing.resize;
    preprocessing.resize =
        static_cast<int>(std::ceil(original * static_cast<double>(size) /
                                   static_cast<double>(entry->size)));
  }
  return preset;
}

std::string AdaptToSmallData(int64_t pictures, Preset* preset) {
  constexpr int64_t kFew = 100'000;
  constexpr float kSmallBias = 0.1f;
  if (pictures >= kFew) return "";
  std::string layers;
  const auto adapt = [&layers](const std::string& name, ParameterRule& bias) {
    if (bias.init.kind != InitKind::kConstant || bias.init.value != 1.0f) {
      return;
    }
    bias.init.value = kSmallBias;
    if (!layers.empty()) layers += ", ";
    layers += name;
  };
  for (Layer& layer : preset->network.layers) {
    if (auto* convolution = std::get_if<Convolution>(&layer.spec)) {
      adapt(layer.name, convolution->bias);
    } else if (auto* full = std::get_if<FullyConnected>(&layer.spec)) {
      adapt(layer.name, full->bias);
    }
  }
  if (layers.empty()) return "";
  return fmt::format(
      "The biases of {} start at {:g} instead of 1: with {} pictures, fewer "
      "than {}, ones can leave the loss at ln(classes).",
      layers, kSmallBias, pictures, kFew);
}

}  // namespace alexnet
