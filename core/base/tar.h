// Tar archives: a reader over bytes in memory, which understands ustar, pax
// (path, size) and GNU long names, and the headers that our shards are written
// with.

#ifndef ALEXNET_CORE_BASE_TAR_H_
#define ALEXNET_CORE_BASE_TAR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

inline constexpr size_t kTarBlock = 512;

// A regular file in an archive; `bytes` point into it.
struct TarMember {
  std::string name;
  std::span<const std::byte> bytes;
};

// All regular files, in order; folders and links are passed over, and names of
// links and of devices added to `others` where that is not null. kDataLoss for
// a wrong checksum, a member that reaches past the end, and an archive without
// an end mark: two blocks of zeros, or at least the end of the file on a block
// boundary after a whole member.
Result<std::vector<TarMember>> ReadTar(
    std::span<const std::byte> archive,
    std::vector<std::string>* others = nullptr);

// The header block of a member; its bytes and zeros up to the next block
// follow. Times, owners and modes are fixed, so that equal members give equal
// bytes. Refuses names that are empty or longer than 100 bytes.
Result<std::array<std::byte, kTarBlock>> TarHeader(std::string_view name,
                                                   uint64_t size);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_TAR_H_
