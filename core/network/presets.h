// Presets: the AlexNet variants that people have weights for, and small ones.

#ifndef ALEXNET_CORE_NETWORK_PRESETS_H_
#define ALEXNET_CORE_NETWORK_PRESETS_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"
#include "core/network/network.h"
#include "core/network/recipe.h"
#include "core/preprocess/spec.h"

namespace alexnet {

struct Preset {
  std::string name;
  std::string summary;  // one line for a list
  Network network;
  Preprocessing preprocessing;
  Recipe recipe;
};

struct PresetOptions {
  int64_t classes = 0;     // 0: the preset's own
  int64_t input_size = 0;  // square, pixels; 0: the preset's own
};

struct PresetListing {
  std::string_view name;
  std::string_view summary;
};

// All presets, in the order of the documentation.
std::span<const PresetListing> Presets();

// kNotFound lists the names there are; a size too small for the layers is
// refused with the least that works.
Result<Preset> MakePreset(std::string_view name,
                          const PresetOptions& options = {});

// Makes a preset safe for few pictures: under 100,000 of them, biases that
// start at 1 start at 0.1. Returns the sentence that tells so, or nothing.
std::string AdaptToSmallData(int64_t pictures, Preset* preset);

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_PRESETS_H_
