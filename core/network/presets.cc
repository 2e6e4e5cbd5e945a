#include "core/network/presets.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/check.h"
#include "core/network/preset_entries.h"

namespace alexnet {
namespace {

const std::vector<PresetEntry>& Entries() {
  static const auto* entries = [] {
    auto* all = new std::vector<PresetEntry>();
    for (const auto& family : {PaperPresets(), CaffePresets(), SinglePresets(),
                               Cifar10Presets(), SmallPresets()}) {
      all->insert(all->end(), family.begin(), family.end());
    }
    return all;
  }();
  return *entries;
}

constexpr int64_t kMaxInputSize = 4096;

Preset Make(const PresetEntry& entry, int64_t classes, int64_t size) {
  Preset preset = entry.make(classes, size);
  preset.name = entry.listing.name;
  preset.summary = entry.listing.summary;
  return preset;
}

bool Works(const PresetEntry& entry, int64_t classes, int64_t size) {
  return InferNetwork(Make(entry, classes, size).network).ok();
}

// Layers need a least size and any larger one works.
int64_t LeastSize(const PresetEntry& entry, int64_t classes) {
  int64_t low = 0;
  int64_t high = entry.size;
  while (high - low > 1) {
    const int64_t middle = (low + high) / 2;
    (Works(entry, classes, middle) ? high : low) = middle;
  }
  return high;
}

}  // namespace

std::span<const PresetListing> Presets() {
  static const auto* listings = [] {
    auto* all = new std::vector<PresetListing>();
    for (const PresetEntry& entry : Entries()) all->push_back(entry.listing);
    return all;
  }();
  return *listings;
}

Result<Preset> MakePreset(std::string_view name, const PresetOptions& options) {
  const std::vector<PresetEntry>& entries = Entries();
  const auto entry = std::find_if(
      entries.begin(), entries.end(),
      [name](const PresetEntry& each) { return each.listing.name == name; });
  if (entry == entries.end()) {
    return UnknownName("preset", name, Presets(),
                       [](const PresetListing& each) { return each.name; });
  }
  constexpr int64_t kMaxClasses = 1'000'000;
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("classes", options.classes, 0, kMaxClasses));
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
  const int original = Make(*entry, classes, entry->size).preprocessing.resize;
  if (entry->picture_size > 0) {
    preprocessing.resize =
        static_cast<int>(std::max(size, entry->picture_size));
  } else if (size != entry->size && original != entry->size) {
    // The margin around the crop keeps its proportion, as 256 to 224.
    preprocessing.resize = static_cast<int>(
        std::ceil(static_cast<double>(original) * static_cast<double>(size) /
                  static_cast<double>(entry->size)));
  }
  return preset;
}

std::string AdaptToSmallData(int64_t pictures, Preset* preset) {
  constexpr int64_t kFew = 100'000;
  constexpr float kSmallBias = 0.1f;
  if (pictures >= kFew) return "";
  std::string layers;
  for (Layer& layer : preset->network.layers) {
    VisitParameters(layer, [&](auto& spec) {
      Init& init = spec.bias.init;
      if (init != Init{InitKind::kConstant, 1.0f}) return;
      init.value = kSmallBias;
      layers += (layers.empty() ? "" : ", ") + layer.name;
    });
  }
  if (layers.empty()) return "";
  return fmt::format(
      "The biases of {} start at {:g} instead of 1: with {} pictures, fewer "
      "than {}, ones can leave the loss at ln(classes).",
      layers, kSmallBias, pictures, kFew);
}

}  // namespace alexnet
