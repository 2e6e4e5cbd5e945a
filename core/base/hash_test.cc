#include "core/base/hash.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alexnet {
namespace {

// Published: XXH3_64bits of no bytes with seed 0.
TEST(HashTest, EmptyInput) {
  EXPECT_EQ(Hash64(std::string_view()), 0x2d06800538d394c2u);
  EXPECT_EQ(Hash64(std::span<const std::byte>()), 0x2d06800538d394c2u);
}

TEST(HashTest, TextAndBytesAgree) {
  const std::string text(1000, 'a');
  EXPECT_EQ(Hash64(text), Hash64(std::as_bytes(std::span(text))));
}

// The algorithm changes at 16, 128 and 240 bytes and at each 1024-byte block.
TEST(HashTest, EveryByteCounts) {
  for (const size_t size : {1, 3, 8, 16, 17, 128, 129, 240, 241, 1024, 3000}) {
    std::vector<std::byte> bytes(size, std::byte{7});
    const uint64_t hash = Hash64(bytes);
    EXPECT_EQ(hash, Hash64(bytes));
    for (size_t i = 0; i < size; ++i) {
      bytes[i] ^= std::byte{1};
      EXPECT_NE(hash, Hash64(bytes)) << i << " of " << size;
      bytes[i] ^= std::byte{1};
    }
  }
}

}  // namespace
}  // namespace alexnet
