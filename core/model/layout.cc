#include "core/model/layout.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "core/base/hash.h"

namespace alexnet {
namespace {

constexpr std::string_view kMagic = "ALXNEND\n";
constexpr std::string_view kIdentifier = "ALXN";
constexpr size_t kHashed = kFooterBytes - 8;

void Put(uint64_t value, std::byte* to) {
  for (int i = 0; i < 8; ++i) {
    to[i] = static_cast<std::byte>((value >> (8 * i)) & 0xFF);
  }
}

uint64_t Take(const std::byte* from) {
  uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value |= static_cast<uint64_t>(from[i]) << 8 * i;
  return value;
}

}  // namespace

std::array<std::byte, kFooterBytes> EncodeFooter(const Footer& footer) {
  std::array<std::byte, kFooterBytes> bytes;
  std::memcpy(bytes.data(), kMagic.data(), kMagic.size());
  Put(footer.file_bytes, &bytes[8]);
  Put(footer.description_bytes, &bytes[16]);
  Put(footer.description_hash, &bytes[24]);
  Put(Hash64(std::span<const std::byte>(bytes).first(kHashed)),
      &bytes[kHashed]);
  return bytes;
}

std::optional<Footer> DecodeFooter(
    std::span<const std::byte, kFooterBytes> bytes) {
  if (std::memcmp(bytes.data(), kMagic.data(), kMagic.size()) != 0 ||
      Take(&bytes[kHashed]) != Hash64(bytes.first(kHashed))) {
    return std::nullopt;
  }
  return Footer{Take(&bytes[8]), Take(&bytes[16]), Take(&bytes[24])};
}

bool HasModelIdentifier(std::span<const std::byte> bytes) {
  return bytes.size() >= 8 &&
         std::memcmp(&bytes[4], kIdentifier.data(), kIdentifier.size()) == 0;
}

}  // namespace alexnet
