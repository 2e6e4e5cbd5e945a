// Pictures in the ABI's form.

#ifndef ALEXNET_CAPI_IMAGE_H_
#define ALEXNET_CAPI_IMAGE_H_

#include <alexnet/alexnet.h>

#include <cstdint>

#include "core/base/status.h"
#include "core/preprocess/image.h"

namespace alexnet::capi {

// A checked copy. Errors name no field: the caller knows it.
Result<Image> CopyImage(const alexnet_image& given, int64_t max_pixels);
// The same for an encoded one; errors name the file that it says it is.
Result<Image> DecodePicture(const alexnet_encoded& given, int64_t max_pixels);

}  // namespace alexnet::capi

#endif  // ALEXNET_CAPI_IMAGE_H_
