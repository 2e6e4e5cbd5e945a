// Pictures in the ABI's form.

#ifndef ALEXNET_CAPI_IMAGE_H_
#define ALEXNET_CAPI_IMAGE_H_

#include <alexnet/alexnet.h>

#include <cstdint>

#include "core/base/status.h"
#include "core/preprocess/image.h"

namespace alexnet::capi {

inline constexpr int64_t kDefaultMaxPixels = 100'000'000;

// The limit that `given` asks for; 0 is the default.
Result<int64_t> ReadMaxPixels(int64_t given);

// A checked copy.
Result<Image> CopyImage(const alexnet_image& given, int64_t max_pixels);
Result<Image> DecodePicture(const alexnet_encoded& given, int64_t max_pixels);
Result<Image> LoadPicture(const char* path, int64_t max_pixels);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_IMAGE_H_
