// The presets one by one; presets.h is the way to them.

#ifndef ALEXNET_CORE_NETWORK_PRESET_MAKERS_H_
#define ALEXNET_CORE_NETWORK_PRESET_MAKERS_H_

#include <cstdint>

#include "core/network/presets.h"

namespace alexnet {

// `classes` and `size` (input, pixels) are positive. Names and summaries are
// filled in by MakePreset.
Preset MakeAlexnet(int64_t classes, int64_t size);
Preset MakeAlexnet2012(int64_t classes, int64_t size);
Preset MakeBvlcAlexnet(int64_t classes, int64_t size);
Preset MakeCaffenet(int64_t classes, int64_t size);
Preset MakeZooBvlcAlexnet(int64_t classes, int64_t size);
Preset MakeTorchvision(int64_t classes, int64_t size);
Preset MakeOwt(int64_t classes, int64_t size);
Preset MakeTfSlim(int64_t classes, int64_t size);
Preset MakeCifar10(int64_t classes, int64_t size);
Preset MakeCifar10Lrn(int64_t classes, int64_t size);
Preset MakeLenet5(int64_t classes, int64_t size);
Preset MakeAlexnetSmall(int64_t classes, int64_t size);

// Preprocessing of the paper and of the 2012 code: RGB, 0..255, shorter side to
// 256, mean subtracted; with the ILSVRC-2012 training set's mean and principal
// colours as cuda-convnet2 published them (make-data/input_meta).
Preprocessing PaperPreprocessing();

}  // namespace alexnet

#endif  // ALEXNET_CORE_NETWORK_PRESET_MAKERS_H_
