// CRC-32C (Castagnoli), the checksum of TensorBoard's event files.

#ifndef ALEXNET_CORE_TRAIN_CRC32C_H_
#define ALEXNET_CORE_TRAIN_CRC32C_H_

#include <cstdint>
#include <string_view>

namespace alexnet {

uint32_t Crc32c(std::string_view bytes);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_CRC32C_H_
