#include "core/base/gzip.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "core/base/packed_by_gzip.h"

namespace alexnet {
namespace {

std::span<const std::byte> Of(const std::string& text) {
  return std::as_bytes(std::span(text));
}

std::string Text(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(GzipTest, GivesTheContentOfAllMembers) {
  for (const size_t size : {size_t{0}, size_t{5}, size_t{3} << 20}) {
    std::string content;
    for (size_t i = 0; i < size; ++i) {
      content += static_cast<char>(i * 2654435761u >> 13);
    }
    const std::string packed = testing::PackedByGzip(content);
    EXPECT_TRUE(LooksLikeGzip(Of(packed)));
    EXPECT_EQ(Text(Gunzip(Of(packed)).value()), content);
    EXPECT_EQ(Text(Gunzip(Of(packed + testing::PackedByGzip("more"))).value()),
              content + "more");
    EXPECT_EQ(Text(GunzipStart(Of(packed), 3)), content.substr(0, 3));
  }
}

TEST(GzipTest, RefusesWhatIsCutChangedOrFollowed) {
  const std::string packed = testing::PackedByGzip("some words of some length");
  for (size_t size = 0; size < packed.size(); ++size) {
    EXPECT_EQ(Gunzip(Of(packed.substr(0, size))).status().code(),
              StatusCode::kDataLoss)
        << size;
  }
  std::string changed = packed;
  changed[changed.size() - 6] =
      static_cast<char>(changed[changed.size() - 6] ^ 1);
  EXPECT_FALSE(Gunzip(Of(changed)).ok());
  EXPECT_FALSE(Gunzip(Of(packed + "x")).ok());
  EXPECT_FALSE(LooksLikeGzip(Of("PK")));
}

TEST(GzipTest, RefusesBombs) {
  // Zeros to a thousandth: some 67 and 64 KiB.
  const std::string bomb =
      testing::PackedByGzip(std::string(size_t{66} << 20, '\0'));
  EXPECT_LT(bomb.size(), size_t{100} << 10);
  EXPECT_EQ(Gunzip(Of(bomb)).status().code(), StatusCode::kUnsupported);
  const std::string small(size_t{64} << 20, '\0');
  EXPECT_TRUE(Text(Gunzip(Of(testing::PackedByGzip(small))).value()) == small);
}

}  // namespace
}  // namespace alexnet
