// XXH3, the hash of model files, splits and duplicate search. Not
// cryptographic.

#ifndef ALEXNET_CORE_BASE_HASH_H_
#define ALEXNET_CORE_BASE_HASH_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace alexnet {

uint64_t Hash64(std::span<const std::byte> bytes);
uint64_t Hash64(std::string_view text);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_HASH_H_
