#include "core/base/gzip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace alexnet {
namespace {

std::string Packed(const std::string& content) {
  std::string packed(content.size() + 1000, '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

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
    const std::string packed = Packed(content);
    EXPECT_TRUE(LooksLikeGzip(Of(packed)));
    EXPECT_EQ(Text(Gunzip(Of(packed)).value()), content);
    EXPECT_EQ(Text(Gunzip(Of(packed + Packed("more"))).value()),
              content + "more");
    EXPECT_EQ(Text(GunzipStart(Of(packed), 3)), content.substr(0, 3));
  }
}

TEST(GzipTest, RefusesWhatIsCutChangedOrFollowed) {
  const std::string packed = Packed("some words of some length");
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
  const std::string packed = Packed(std::string(size_t{80} << 20, '\0'));
  EXPECT_LT(packed.size(), size_t{100} << 10);
  EXPECT_EQ(Gunzip(Of(packed)).status().code(), StatusCode::kUnsupported);
}

}  // namespace
}  // namespace alexnet
