// What a file is, told by its first bytes.

#ifndef ALEXNET_CORE_DATA_PICTURE_KIND_H_
#define ALEXNET_CORE_DATA_PICTURE_KIND_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace alexnet {

enum class PictureKind : int8_t { kUnknown = 0, kJpeg = 1, kPng = 2 };

// A kind of file that is known but not read.
struct ForeignKind {
  std::string_view name;  // "WebP"
  std::string_view noun;  // "a WebP picture"
  bool picture = true;    // a picture rather than a page or a document
};

PictureKind KindOf(std::span<const std::byte> bytes);
// Null for JPEG, PNG and what is not known.
const ForeignKind* ForeignKindOf(std::span<const std::byte> bytes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_PICTURE_KIND_H_
