// EXIF orientation: how a camera held the picture that it stored.

#ifndef ALEXNET_CORE_DATA_ORIENTATION_H_
#define ALEXNET_CORE_DATA_ORIENTATION_H_

#include <cstdint>
#include <span>

#include "core/base/status.h"
#include "core/preprocess/image.h"

namespace alexnet {

// The orientation (1..8) in an EXIF block that begins with "Exif\0\0"; 1 where
// it says nothing or is damaged.
int ExifOrientation(std::span<const uint8_t> block);

// The picture turned and mirrored so that it is upright.
Result<Image> ApplyOrientation(Image image, int orientation);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_ORIENTATION_H_
