#include "tools/convert/base/zip.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "core/base/limited_child.h"

namespace alexnet::convert {
namespace {

std::string Write(const std::vector<std::pair<std::string, std::string>>& all) {
  const std::string path = ::testing::TempDir() + "/written.zip";
  OutputFile file(path);
  ZipWriter writer(file);
  for (const auto& [name, content] : all) {
    writer.Begin(name);
    writer.Write(BytesOf(content));
    writer.End();
  }
  writer.Finish();
  file.Commit();
  std::ostringstream bytes;
  bytes << std::ifstream(path, std::ios::binary).rdbuf();
  return bytes.str();
}

// The little-endian number at `at`.
template <typename T>
std::string Number(T value) {
  std::string bytes(sizeof value, '\0');
  std::memcpy(bytes.data(), &value, sizeof value);
  return bytes;
}

// An archive of one deflated entry, laid out by hand.
std::string Deflated(const std::string& content, uint32_t claimed_size) {
  std::string packed(compressBound(content.size()), '\0');
  z_stream stream = {};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<uInt>(content.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  const auto crc = static_cast<uint32_t>(
      crc32(0, reinterpret_cast<const Bytef*>(content.data()),
            static_cast<uInt>(content.size())));
  const std::string common =
      Number<uint16_t>(20) + Number<uint16_t>(0) + Number<uint16_t>(8) +
      Number<uint32_t>(0) + Number<uint32_t>(crc) +
      Number(static_cast<uint32_t>(packed.size())) + Number(claimed_size) +
      Number<uint16_t>(1) + Number<uint16_t>(0);
  const std::string local = "PK\x03\x04" + common + "a" + packed;
  const std::string central = "PK\x01\x02" + Number<uint16_t>(20) + common +
                              Number<uint16_t>(0) + Number<uint16_t>(0) +
                              Number<uint16_t>(0) + Number<uint32_t>(0) +
                              Number<uint32_t>(0) + "a";
  return local + central + "PK\x05\x06" + Number<uint32_t>(0) +
         Number<uint16_t>(1) + Number<uint16_t>(1) +
         Number(static_cast<uint32_t>(central.size())) +
         Number(static_cast<uint32_t>(local.size())) + Number<uint16_t>(0);
}

ZipArchive Open(const std::string& bytes) {
  return ZipArchive(SourceFile::Of(BytesOf(bytes), "test.zip"));
}

TEST(ZipTest, GoesThereAndBackInPlace) {
  const std::string big(300'000, 'b');
  const std::string bytes =
      Write({{"x/a", "hello"}, {"x/b", big}, {"x/c", ""}});
  ZipArchive archive = Open(bytes);
  EXPECT_EQ(archive.names(), (std::vector<std::string>{"x/a", "x/b", "x/c"}));
  EXPECT_EQ(TextOf(archive.Read("x/a")), "hello");
  const Bytes content = archive.Read("x/b");
  EXPECT_EQ(TextOf(content), big);
  EXPECT_TRUE(archive.Read("x/c").empty());
  EXPECT_GT(content.data(), BytesOf(bytes).data());
  EXPECT_LT(content.data(), BytesOf(bytes).data() + bytes.size());
  EXPECT_EQ((content.data() - BytesOf(bytes).data()) % 64, 0);
  EXPECT_THROW(archive.Read("x/d"), Error);
}

TEST(ZipTest, EqualContentGivesEqualBytes) {
  EXPECT_EQ(Write({{"a", "1"}}), Write({{"a", "1"}}));
}

TEST(ZipTest, Unpacks) {
  const std::string content(5000, 'z');
  const std::string bytes = Deflated(content, 5000);
  EXPECT_EQ(TextOf(Open(bytes).Read("a")), content);
}

TEST(ZipTest, RefusesBombs) {
  const std::string content(5000, 'z');
  EXPECT_THROW(Open(Deflated(content, 0xfffffff0u)), Error);
  for (const uint32_t size : {4999u, 5001u, 0u}) {
    const std::string bytes = Deflated(content, size);
    EXPECT_THROW(Open(bytes).Read("a"), Error) << size;
  }
}

TEST(ZipTest, UnpacksNoMoreThanABoundOfTheFile) {
  // 200 MB of zeros in 200 kB.
  const std::string bytes =
      Deflated(std::string(200'000'000, '\0'), 200'000'000);
  const auto read = [&] {
    try {
      Open(bytes).Read("a");
    } catch (const Error& error) {
      return error.code() == ALEXNET_UNSUPPORTED ? 0 : 1;
    }
    return 2;
  };
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  EXPECT_EQ(read(), 0);
#else
  EXPECT_EQ(EndOfChild([&] {
              LimitAddressSpace(int64_t{80} << 20);
              return read();
            }),
            "exit 0");
#endif
}

TEST(ZipTest, NoticesEveryChangedByteOfTheContent) {
  std::string bytes = Write({{"a", "content"}});
  const size_t at = bytes.find("content");
  for (size_t i = 0; i < 7; ++i) {
    bytes[at + i] ^= 1;
    EXPECT_THROW(Open(bytes).Read("a"), Error) << i;
    bytes[at + i] ^= 1;
  }
}

TEST(ZipTest, SurvivesCutsAndChangesAnywhere) {
  const std::string bytes = Write({{"a", "content"}, {"b", "more"}});
  const auto use = [](const std::string& broken) {
    try {
      ZipArchive archive = Open(broken);
      for (const std::string& name : archive.names()) archive.Read(name);
    } catch (const Error&) {
    }
  };
  for (size_t size = 0; size < bytes.size(); ++size) use(bytes.substr(0, size));
  for (size_t at = 0; at < bytes.size(); ++at) {
    for (const char change : {'\x01', '\x7f', '\xff'}) {
      std::string broken = bytes;
      broken[at] = static_cast<char>(broken[at] ^ change);
      use(broken);
    }
  }
}

TEST(ZipTest, RefusesNamesThatOccurTwice) {
  const std::string bytes = Write({{"a", "1"}, {"a", "2"}});
  EXPECT_THROW(Open(bytes), Error);
}

}  // namespace
}  // namespace alexnet::convert
