#include "tools/alexnet/printable.h"

#include <gtest/gtest.h>

#include <string>

namespace alexnet::cli {
namespace {

TEST(PrintableTest, OrdinaryTextStaysAsItIs) {
  for (const char* text :
       {"", "conv1.weight", "a b\\c", "größer", "四", "😀", "<script>"}) {
    EXPECT_EQ(Printable(text), text);
  }
}

TEST(PrintableTest, WhatPlaysTricksIsEscaped) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\x1B[2Jb");
  EXPECT_EQ(Printable("one\ntwo\r\t"), "one\\x0Atwo\\x0D\\x09");
  EXPECT_EQ(Printable("\x7f"), "\\x7F");
  EXPECT_EQ(Printable("\xC2\x9B"
                      "31m"),
            "\\x9B31m");  // CSI in one character
  EXPECT_EQ(Printable("a\u202Eb\u2066"), "a\\u202Eb\\u2066");
  EXPECT_EQ(Printable(std::string("\0", 1)), "\\x00");
  EXPECT_EQ(Printable("one\ntwo\x1b", LineBreaks::kKept), "one\ntwo\\x1B");
}

TEST(PrintableTest, WhatIsNotUtf8IsEscapedByteByByte) {
  EXPECT_EQ(Printable("\xFF.jpg"), "\\xFF.jpg");
  EXPECT_EQ(Printable("\x9B"), "\\x9B");
  EXPECT_EQ(Printable("\xC3"), "\\xC3");                    // cut
  EXPECT_EQ(Printable("\xC0\x9B"), "\\xC0\\x9B");           // too long
  EXPECT_EQ(Printable("\xED\xA0\x80"), "\\xED\\xA0\\x80");  // a surrogate
  EXPECT_EQ(Printable("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80");
  EXPECT_EQ(Printable("\xE2\x82"
                      "a"),
            "\\xE2\\x82"
            "a");
}

TEST(PrintableTest, JsonStaysTheSameDocument) {
  EXPECT_EQ(PrintableJson("{\n  \"a\": \"ü\x7f\xC2\x9B\u202E\"\n}"),
            "{\n  \"a\": \"ü\\u007f\\u009b\\u202e\"\n}");
}

TEST(PrintableTest, ColumnsAreCharacters) {
  EXPECT_EQ(Columns("größe"), 5u);
  EXPECT_EQ(Columns(""), 0u);
}

}  // namespace
}  // namespace alexnet::cli
