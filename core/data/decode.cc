#include "core/data/decode.h"

#include <fmt/core.h>

#include <limits>
#include <new>
#include <utility>

#include "core/base/check.h"
#include "core/base/file.h"
#include "core/data/jpeg.h"
#include "core/data/orientation.h"
#include "core/data/png.h"

namespace alexnet {
namespace {

Status NotAPicture(std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    return DataLossError("the file is empty; replace or remove it");
  }
  const ForeignKind* const kind = ForeignKindOf(bytes);
  return UnsupportedError(fmt::format(
      "the file is {}; only JPEG and PNG are read, whatever they are called: "
      "convert or remove it",
      kind != nullptr ? kind->noun : "neither a JPEG nor a PNG"));
}

Result<Image> Decode(std::span<const std::byte> bytes,
                     const DecodeOptions& options) {
  PictureInfo info;
  Result<Image> image = [&]() -> Result<Image> {
    switch (KindOf(bytes)) {
      case PictureKind::kJpeg:
        return DecodeJpeg(bytes, options, &info);
      case PictureKind::kPng:
        return DecodePng(bytes, options, &info);
      case PictureKind::kUnknown:
        break;
    }
    return NotAPicture(bytes);
  }();
  if (!image.ok()) return image.status();
  return ApplyOrientation(std::move(image).value(), info.orientation);
}

}  // namespace

Status CheckMaxPixels(int64_t max_pixels) {
  return CheckRange("max_pixels", max_pixels, 1,
                    std::numeric_limits<int64_t>::max());
}

Result<PictureInfo> ReadPictureInfo(std::span<const std::byte> bytes,
                                    const std::string& name) {
  Result<PictureInfo> info = [&]() -> Result<PictureInfo> {
    switch (KindOf(bytes)) {
      case PictureKind::kJpeg:
        return JpegInfo(bytes);
      case PictureKind::kPng:
        return PngInfo(bytes);
      case PictureKind::kUnknown:
        break;
    }
    return NotAPicture(bytes);
  }();
  if (!info.ok()) return info.status().WithFile(name);
  return info;
}

Result<Image> DecodeImage(std::span<const std::byte> bytes,
                          const std::string& name,
                          const DecodeOptions& options) {
  try {
    Result<Image> image = Decode(bytes, options);
    if (!image.ok()) return image.status().WithFile(name);
    return image;
  } catch (const std::bad_alloc&) {  // of a scratch buffer
    return OutOfMemoryError(
               "no memory to decode the picture; use a lower "
               "pixel limit")
        .WithFile(name);
  }
}

Result<Image> LoadImage(const std::string& path, const DecodeOptions& options) {
  // A picture file larger than this is none that a decoder would accept.
  constexpr uint64_t kMaxFileBytes = 256ull << 20;
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxFileBytes));
  return DecodeImage(bytes, path, options);
}

}  // namespace alexnet
