#include "tools/alexnet/features/crc.h"

#include <zlib.h>

namespace alexnet::cli {

uint32_t Crc32(uint32_t before, std::string_view bytes) {
  // To zlib a null pointer, which an empty text may have, means a new start.
  if (bytes.empty()) return before;
  return static_cast<uint32_t>(crc32_z(
      before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

uint32_t Crc32Of(uint32_t first, uint32_t second, uint64_t size) {
  return static_cast<uint32_t>(
      crc32_combine(first, second, static_cast<z_off_t>(size)));
}

}  // namespace alexnet::cli
