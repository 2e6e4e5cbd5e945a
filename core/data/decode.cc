#include "core/data/decode.h"

#include <fmt/core.h>

#include <limits>
#include <new>
#include <string_view>
#include <utility>

#include "core/base/check.h"
#include "core/base/file.h"
#include "core/data/jpeg.h"
#include "core/data/orientation.h"
#include "core/data/png.h"

namespace alexnet {
namespace {

bool StartsWith(std::span<const std::byte> bytes, std::string_view prefix,
                size_t at = 0) {
  return bytes.size() >= at + prefix.size() &&
         std::string_view(reinterpret_cast<const char*>(bytes.data() + at),
                          prefix.size()) == prefix;
}

// What a file that we do not read is, for the error.
const char* ForeignKind(std::span<const std::byte> bytes) {
  if (StartsWith(bytes, "GIF8")) return "a GIF";
  if (StartsWith(bytes, "RIFF") && StartsWith(bytes, "WEBP", 8)) {
    return "a WebP picture";
  }
  if (StartsWith(bytes, "BM")) return "a BMP picture";
  if (StartsWith(bytes, std::string_view("II*\0", 4)) ||
      StartsWith(bytes, std::string_view("MM\0*", 4))) {
    return "a TIFF picture";
  }
  if (StartsWith(bytes, "ftypavif", 4)) return "an AVIF picture";
  if (StartsWith(bytes, "ftyp", 4)) return "a HEIF picture or a video";
  if (StartsWith(bytes, "%PDF")) return "a PDF document";
  if (StartsWith(bytes, "<")) return "an SVG picture or a web page";
  return nullptr;
}

Status NotAPicture(std::span<const std::byte> bytes) {
  if (bytes.empty()) {
    return DataLossError("the file is empty; replace or remove it");
  }
  const char* kind = ForeignKind(bytes);
  return UnsupportedError(fmt::format(
      "the file is {}, whatever its name says; only JPEG and PNG are read: "
      "convert or remove it",
      kind != nullptr ? kind : "neither a JPEG nor a PNG"));
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

PictureKind KindOf(std::span<const std::byte> bytes) {
  if (StartsWith(bytes, "\xFF\xD8\xFF")) return PictureKind::kJpeg;
  if (StartsWith(bytes, "\x89PNG\r\n\x1A\n")) return PictureKind::kPng;
  return PictureKind::kUnknown;
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
