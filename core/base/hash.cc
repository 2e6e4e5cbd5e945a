#include "core/base/hash.h"

#include <xxhash.h>

namespace alexnet {

uint64_t Hash64(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

uint64_t Hash64(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

}  // namespace alexnet
