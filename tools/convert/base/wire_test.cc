#include "tools/convert/base/wire.h"

#include <gtest/gtest.h>

#include <cstring>

namespace alexnet::convert {
namespace {

constexpr uint32_t kCut[] = {7};

Skeleton Split(std::string_view message) {
  return SplitMessage(BytesOf(message), kCut, "message");
}

std::string Text(const char* bytes, size_t size) { return {bytes, size}; }

TEST(WireTest, CutsFieldsOutAndKeepsTheRest) {
  // 1: "ab", 7: "xyz", 3: 300, 7: "", 7 as a varint, 2: fixed32.
  const std::string message = Text(
      "\x0a\x02"
      "ab\x3a\x03xyz\x18\xac\x02\x3a"
      "\x00\x38\x05\x15"
      "abcd",
      21);
  const Skeleton skeleton = Split(message);
  ASSERT_EQ(skeleton.cut.size(), 2u);
  EXPECT_EQ(TextOf(skeleton.cut[0].payload), "xyz");
  EXPECT_EQ(skeleton.cut[0].payload.data(), BytesOf(message).data() + 6);
  EXPECT_TRUE(skeleton.cut[1].payload.empty());
  EXPECT_EQ(skeleton.rest, Text("\x0a\x02"
                                "ab\x18\xac\x02\x38\x05\x15"
                                "abcd",
                                14));
}

TEST(WireTest, RefusesWhatIsNoMessage) {
  EXPECT_TRUE(Split("").cut.empty());
  for (const std::string& bad :
       {Text("\x3a\x05xyz", 5),               // too short
        Text("\x3a", 1),                      // no length
        Text("\x3a\xff\xff\xff\xff\x0f", 6),  // 4 GiB
        Text("\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11),
        Text("\x02\x00", 2),  // field number 0
        Text("\x3f", 1),      // wire type 7
        Text("\x00", 1),      // an empty tag
        Text("\x15"
             "ab",
             3),                     // half a fixed32
        Text("\x3b\x3b\x3b", 3)}) {  // groups without end
    EXPECT_THROW(Split(bad), Error);
  }
  // Groups in groups must not use up the stack.
  EXPECT_THROW(Split(std::string(1 << 20, '\x0b')), Error);
}

std::vector<float> Floats(const std::string& message, SourceFile& file) {
  const Bytes bytes = PackedFloats(BytesOf(message), 5, file, "message");
  std::vector<float> values(bytes.size() / 4);
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

std::string Bits(float value) {
  std::string bits(4, '\0');
  std::memcpy(bits.data(), &value, 4);
  return bits;
}

TEST(WireTest, ReadsFloatsInAnyPacking) {
  const auto file = SourceFile::Of({}, "test");
  const std::string packed = Text("\x2a\x08", 2) + Bits(1.5f) + Bits(-2.0f);
  const std::string single = "\x2d" + Bits(1.5f) + "\x2d" + Bits(-2.0f);
  const std::string halves =
      Text("\x2a\x04", 2) + Bits(1.5f) + Text("\x2a\x04", 2) + Bits(-2.0f);
  const std::vector<float> expected = {1.5f, -2.0f};
  EXPECT_EQ(Floats(packed, *file), expected);
  EXPECT_EQ(Floats(single, *file), expected);
  EXPECT_EQ(Floats(halves, *file), expected);
  EXPECT_TRUE(Floats("", *file).empty());
  EXPECT_EQ(PackedFloats(BytesOf(packed), 5, *file, "m").data(),
            BytesOf(packed).data() + 2)
      << "one packed run is not copied";
}

TEST(WireTest, RefusesOtherNumbers) {
  const auto file = SourceFile::Of({}, "test");
  EXPECT_THROW(Floats(Text("\x2a\x03"
                           "abc",
                           5),
                      *file),
               Error);
  EXPECT_THROW(Floats(Text("\x28\x01", 2), *file), Error);
}

}  // namespace
}  // namespace alexnet::convert
