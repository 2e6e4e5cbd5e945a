#include "capi/image.h"

#include <fmt/core.h>

#include <cstddef>
#include <cstring>
#include <string>

#include "capi/call.h"
#include "core/data/decode.h"

namespace alexnet::capi {

Result<Image> CopyImage(const alexnet_image& given, int64_t max_pixels) {
  const auto refuse = [](const std::string& message) {
    return InvalidArgumentError(message);
  };
  if (given.pixels == nullptr) return refuse("pixels must not be NULL");
  if (given.channels != 1 && given.channels != 3) {
    return refuse(fmt::format("channels must be 1 (grey) or 3 (RGB), not {}",
                              given.channels));
  }
  if (given.width < 1 || given.height < 1) {
    return refuse(fmt::format("{} x {} is no size of a picture", given.width,
                              given.height));
  }
  if (int64_t{given.width} * given.height > max_pixels) {
    return refuse(fmt::format("{} x {} is larger than `max_pixels`, {}",
                              given.width, given.height, max_pixels));
  }
  const int64_t row = int64_t{given.width} * given.channels;
  const int64_t stride = given.row_stride != 0 ? given.row_stride : row;
  if (stride < row) {
    return refuse(fmt::format("`row_stride` {} is less than a row's {} bytes",
                              stride, row));
  }
  ALEXNET_ASSIGN_OR_RETURN(
      Image image, Image::Create(given.width, given.height, given.channels));
  for (int y = 0; y < given.height; ++y) {
    std::memcpy(image.row(y), given.pixels + y * stride,
                static_cast<size_t>(row));
  }
  return image;
}

Result<Image> DecodePicture(const alexnet_encoded& given, int64_t max_pixels) {
  const std::string name = given.name != nullptr ? given.name : "";
  if (given.size == 0) {
    return DataLossError("the picture is empty: it has no bytes")
        .WithFile(name);
  }
  if (given.data == nullptr) {
    return InvalidArgumentError("data must not be NULL").WithFile(name);
  }
  DecodeOptions options;
  options.max_pixels = max_pixels;
  return DecodeImage({static_cast<const std::byte*>(given.data), given.size},
                     name, options);
}

namespace {

// Hands out what `decode` gives under a limit of pixels.
template <typename Decode>
alexnet_status Give(int64_t max_pixels, uint8_t** pixels, alexnet_image* image,
                    alexnet_error** error, Decode&& decode) {
  return Call(error, [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(ClearOutput(pixels, "pixels"));
    ALEXNET_RETURN_IF_ERROR(CheckPointer(image, "image"));
    const int64_t limit = max_pixels != 0 ? max_pixels : kDefaultMaxPixels;
    ALEXNET_RETURN_IF_ERROR(CheckMaxPixels(limit));
    ALEXNET_ASSIGN_OR_RETURN(const Image decoded, decode(limit));
    *pixels = static_cast<uint8_t*>(
        CopyBytes(decoded.pixels.data(), decoded.pixels.size()));
    *image = alexnet_image{};
    image->pixels = *pixels;
    image->width = decoded.width;
    image->height = decoded.height;
    image->channels = decoded.channels;
    return Status();
  });
}

}  // namespace
}  // namespace alexnet::capi

using namespace alexnet;        // NOLINT: the functions below are global
using namespace alexnet::capi;  // NOLINT

alexnet_status alexnet_image_decode(const alexnet_encoded* picture,
                                    int64_t max_pixels, uint8_t** pixels,
                                    alexnet_image* image,
                                    alexnet_error** error) {
  return Give(max_pixels, pixels, image, error,
              [&](int64_t limit) -> Result<Image> {
                ALEXNET_RETURN_IF_ERROR(CheckPointer(picture, "picture"));
                Result<Image> decoded = DecodePicture(*picture, limit);
                if (!decoded.ok()) return decoded.status().WithField("picture");
                return decoded;
              });
}

alexnet_status alexnet_image_load(const char* path, int64_t max_pixels,
                                  uint8_t** pixels, alexnet_image* image,
                                  alexnet_error** error) {
  return Give(max_pixels, pixels, image, error,
              [&](int64_t limit) -> Result<Image> {
                ALEXNET_RETURN_IF_ERROR(CheckPointer(path, "path"));
                return LoadImage(path, {limit});
              });
}
