// CRC-32, as zip archives have it.

#ifndef ALEXNET_TOOLS_ALEXNET_FEATURES_CRC_H_
#define ALEXNET_TOOLS_ALEXNET_FEATURES_CRC_H_

#include <cstdint>
#include <string_view>

namespace alexnet::cli {

// Of `bytes` after others, whose CRC is `before`; 0 for none before.
uint32_t Crc32(uint32_t before, std::string_view bytes);
// Of bytes and then `size` others, each with its CRC.
uint32_t Crc32Of(uint32_t first, uint32_t second, uint64_t size);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FEATURES_CRC_H_
