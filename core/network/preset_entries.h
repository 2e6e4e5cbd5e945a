// The presets by family, each file with its own; presets.h is the way to them.

#ifndef ALEXNET_CORE_NETWORK_PRESET_ENTRIES_H_
#define ALEXNET_CORE_NETWORK_PRESET_ENTRIES_H_

#include <cstdint>
#include <span>

#include "core/network/presets.h"

namespace alexnet {

struct PresetEntry {
  PresetListing listing;
  // Of positive numbers; MakePreset fills names and summaries in.
  Preset (*make)(int64_t classes, int64_t size);
  int64_t classes;  // by default
  int64_t size;     // likewise: of the square input, pixels
  // Pixels that pictures keep under a smaller input, which sees crops of them;
  // 0: the margin around crops grows and shrinks with the input.
  int64_t picture_size = 0;
};

std::span<const PresetEntry> PaperPresets();    // the paper and its code
std::span<const PresetEntry> CaffePresets();    // groups, as Caffe has them
std::span<const PresetEntry> SinglePresets();   // one tower
std::span<const PresetEntry> Cifar10Presets();  // of its 32-pixel pictures
std::span<const PresetEntry> SmallPresets();    // of small pictures

// Preprocessing of the paper and of the 2012 code: RGB, 0..255, shorter side to
// 256, mean subtracted; with the ILSVRC-2012 training set's mean and principal
// colours as cuda-convnet2 published them (make-data/input_meta).
Preprocessing PaperPreprocessing();

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_PRESET_ENTRIES_H_
