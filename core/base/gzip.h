// Gzip, by zlib: what others have packed.

#ifndef ALEXNET_CORE_BASE_GZIP_H_
#define ALEXNET_CORE_BASE_GZIP_H_

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

bool LooksLikeGzip(std::span<const std::byte> file);

// The first bytes of the content, at most `most` of them; fewer where it is
// shorter or cannot be unpacked.
std::vector<std::byte> GunzipStart(std::span<const std::byte> file,
                                   size_t most);

// The content of all members. kDataLoss for what is cut, changed or followed by
// something else; kUnsupported for more than 2 GiB, or than 16 times the file
// and 64 MiB, which numbers and pictures do not shrink to.
Result<std::vector<std::byte>> Gunzip(std::span<const std::byte> file);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_GZIP_H_
