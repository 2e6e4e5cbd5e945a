// JPEG by libjpeg(-turbo). Used by decode.cc only.

#ifndef ALEXNET_CORE_DATA_JPEG_H_
#define ALEXNET_CORE_DATA_JPEG_H_

#include <cstddef>
#include <span>

#include "core/base/status.h"
#include "core/data/decode.h"

namespace alexnet {

Result<PictureInfo> JpegInfo(std::span<const std::byte> bytes);

// RGB as stored, not yet upright; `*info` gets what the header says. Refuses
// pictures of more than `max_pixels` pixels before it allocates.
Result<Image> DecodeJpeg(std::span<const std::byte> bytes,
                         const DecodeOptions& options, PictureInfo* info);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_JPEG_H_
