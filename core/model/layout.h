// The layout of an .alexnet file. All integers are little endian.
//
//   0          the description: a FlatBuffer of alexnet.fbs, at most 64 MiB,
//              identifier "ALXN" at byte 4
//              zeros to the next multiple of 4096, if there are tensors
//   offset[0]  bytes of the first tensor, row-major, without gaps
//              zeros to the next multiple of 4096
//   offset[1]  ... and so on; the last tensor is not padded
//   size - 40  the footer:
//                 8 bytes  "ALXNEND\n"
//                 8 bytes  size of the whole file
//                 8 bytes  size of the description
//                 8 bytes  XXH3 of the description
//                 8 bytes  XXH3 of the 32 bytes before
//
// The description holds hashes of the tensors, the footer holds the hash of the
// description, and everything else is zero: so no byte can change without being
// noticed, and there is room for nothing else. The description stands in front
// so that `flatc` reads it; its size is known only at the end because hashing
// and writing stream.

#ifndef ALEXNET_CORE_MODEL_LAYOUT_H_
#define ALEXNET_CORE_MODEL_LAYOUT_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace alexnet {

inline constexpr uint32_t kFormatVersion = 1;
inline constexpr uint64_t kTensorAlignment = 4096;
inline constexpr uint64_t kChunkBytes = uint64_t{1} << 20;
inline constexpr uint64_t kMaxDescriptionBytes = uint64_t{64} << 20;
inline constexpr uint64_t kFooterBytes = 40;

struct Footer {
  uint64_t file_bytes = 0;
  uint64_t description_bytes = 0;
  uint64_t description_hash = 0;
};

std::array<std::byte, kFooterBytes> EncodeFooter(const Footer& footer);

// Nothing unless the magic and the footer's own hash are right.
std::optional<Footer> DecodeFooter(
    std::span<const std::byte, kFooterBytes> bytes);

// Whether the bytes start as a description does.
bool HasModelIdentifier(std::span<const std::byte> bytes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_LAYOUT_H_
