// What a model sees in a picture: as part of an inspection, and as files.

#ifndef ALEXNET_TOOLS_ALEXNET_SEEN_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_SEEN_OUTPUT_H_

#include <string>

#include "tools/alexnet/json.h"
#include "tools/alexnet/seeing.h"

namespace alexnet::cli {

// Sets "picture" in the inspection of the model.
void AddSeen(Json& document, const Seen& seen);

// Writes the crop and each layer's maps as PNG files, numbered in the order of
// layers: "00_crop.png", "01_conv1.png". Makes the folder where there is none.
// Whatever layers are called, nothing is written elsewhere. Throws Failure.
void WriteSeen(const Seen& seen, const std::string& folder);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SEEN_OUTPUT_H_
