// PNG by libpng. Used by decode.cc only.

#ifndef ALEXNET_CORE_DATA_PNG_H_
#define ALEXNET_CORE_DATA_PNG_H_

#include <cstddef>
#include <span>

#include "core/base/status.h"
#include "core/data/decode.h"

namespace alexnet {

Result<PictureInfo> PngInfo(std::span<const std::byte> bytes);

// RGB on white as stored, not yet upright; `*info` gets what the header says.
// Refuses pictures of more than `max_pixels` pixels before it allocates, and
// animations.
Result<Image> DecodePng(std::span<const std::byte> bytes,
                        const DecodeOptions& options, PictureInfo* info);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PNG_H_
