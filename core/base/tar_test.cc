#include "core/base/tar.h"

#include <fmt/core.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <vector>

namespace alexnet {
namespace {

class TarBuilder {
 public:
  // `type` and `prefix` are put into the header afterwards.
  TarBuilder& Add(const std::string& name, const std::string& content,
                  char type = '0', const std::string& prefix = "") {
    auto header = TarHeader(name, content.size()).value();
    header[156] = static_cast<std::byte>(type);
    std::memcpy(header.data() + 345, prefix.data(), prefix.size());
    unsigned sum = 0;
    for (size_t i = 0; i < kTarBlock; ++i) {
      sum += i >= 148 && i < 156 ? 32u : std::to_integer<unsigned>(header[i]);
    }
    const std::string digits = fmt::format("{:06o}", sum);
    std::memcpy(header.data() + 148, digits.data(), 6);
    bytes_.insert(bytes_.end(), header.begin(), header.end());
    const auto* data = reinterpret_cast<const std::byte*>(content.data());
    bytes_.insert(bytes_.end(), data, data + content.size());
    bytes_.resize((bytes_.size() + kTarBlock - 1) / kTarBlock * kTarBlock);
    return *this;
  }
  std::vector<std::byte> Finish() const {
    std::vector<std::byte> bytes = bytes_;
    bytes.resize(bytes.size() + 2 * kTarBlock);
    return bytes;
  }

 private:
  std::vector<std::byte> bytes_;
};

std::string Content(const TarMember& member) {
  return {reinterpret_cast<const char*>(member.bytes.data()),
          member.bytes.size()};
}

TEST(TarTest, ReadsWhatItWrites) {
  const std::vector<std::byte> tar = TarBuilder()
                                         .Add("a b.txt", "hello")
                                         .Add("empty", "")
                                         .Add("block", std::string(512, 'x'))
                                         .Finish();
  const std::vector<TarMember> members = ReadTar(tar).value();
  ASSERT_EQ(members.size(), 3u);
  EXPECT_EQ(members[0].name, "a b.txt");
  EXPECT_EQ(Content(members[0]), "hello");
  EXPECT_EQ(members[0].bytes.data(), tar.data() + kTarBlock);
  EXPECT_EQ(members[1].bytes.size(), 0u);
  EXPECT_EQ(Content(members[2]), std::string(512, 'x'));
}

TEST(TarTest, LongNames) {
  const std::string name(300, 'n');
  const std::vector<std::byte> tar =
      TarBuilder()
          .Add("././@LongLink", name + '\0', 'L')
          .Add("short", "gnu")
          .Add("pax", "17 path=\xC3\xA4/b.jpg\n", 'x')
          .Add("short", "pax")
          .Add("file", "ustar", '0', "some/folder")
          .Finish();
  const std::vector<TarMember> members = ReadTar(tar).value();
  ASSERT_EQ(members.size(), 3u);
  EXPECT_EQ(members[0].name, name);
  EXPECT_EQ(members[1].name, "\xC3\xA4/b.jpg");
  EXPECT_EQ(members[2].name, "some/folder/file");
  EXPECT_EQ(Content(members[2]), "ustar");
}

// What takes the square of their number would take hours.
TEST(TarTest, ManyMembers) {
  constexpr int kMembers = 200'000;
  TarBuilder builder;
  for (int i = 0; i < kMembers; ++i) builder.Add(std::to_string(i), "");
  EXPECT_EQ(ReadTar(builder.Finish()).value().size(), size_t{kMembers});
}

TEST(TarTest, PassesOverFoldersAndLinks) {
  const std::vector<std::byte> tar = TarBuilder()
                                         .Add("folder/", "", '5')
                                         .Add("link", "", '2')
                                         .Add("file", "x")
                                         .Finish();
  EXPECT_EQ(ReadTar(tar).value().size(), 1u);
}

TEST(TarTest, EveryCutIsAnErrorOrFewerWholeMembers) {
  const std::vector<std::byte> tar =
      TarBuilder().Add("a", "hello").Add("b", std::string(700, 'y')).Finish();
  for (size_t length = 0; length < tar.size(); ++length) {
    const auto members = ReadTar(std::span(tar).first(length));
    if (!members.ok()) {
      EXPECT_EQ(members.status().code(), StatusCode::kDataLoss);
      continue;
    }
    // Past the first block of zeros the end may be anywhere.
    EXPECT_TRUE(length % kTarBlock == 0 || length >= tar.size() - kTarBlock);
    for (const TarMember& member : *members) {
      EXPECT_EQ(member.bytes.size(), member.name == "a" ? 5u : 700u);
    }
  }
}

TEST(TarTest, EveryChangedHeaderByteIsSeenOrHarmless) {
  std::vector<std::byte> tar = TarBuilder().Add("a", "hello").Finish();
  for (size_t i = 0; i < 148; ++i) {  // before the checksum itself
    const std::byte kept = tar[i];
    tar[i] ^= std::byte{0x11};
    EXPECT_EQ(ReadTar(tar).status().code(), StatusCode::kDataLoss) << i;
    tar[i] = kept;
  }
}

TEST(TarTest, WrongPaxRecordsAreErrors) {
  for (const char* record :
       {"99 path=a\n", "5 a=b", "x", "8 nosep\n", "0 path=a\n"}) {
    EXPECT_FALSE(
        ReadTar(TarBuilder().Add("pax", record, 'x').Add("f", "x").Finish())
            .ok())
        << record;
  }
}

TEST(TarTest, HeaderRefusesWhatDoesNotFit) {
  EXPECT_FALSE(TarHeader("", 0).ok());
  EXPECT_FALSE(TarHeader(std::string(101, 'a'), 0).ok());
  EXPECT_TRUE(TarHeader(std::string(100, 'a'), 0).ok());
  EXPECT_FALSE(TarHeader("a", 1ull << 33).ok());
}

}  // namespace
}  // namespace alexnet
