#include "core/base/utf8.h"

#include <gtest/gtest.h>

namespace alexnet {
namespace {

TEST(Utf8Test, HarmlessTextStaysAsItIs) {
  for (const char* text : {"", "cat", "C:\\x41", "\xC3\xA9t\xC3\xA9",
                           "\xE7\x8C\xAB", "\xF0\x9F\x90\xB1"}) {
    EXPECT_EQ(Escaped(text), text);
  }
}

TEST(Utf8Test, WhatPlaysTricksIsEscaped) {
  EXPECT_EQ(Escaped("a\x1B[31mb\a\x7F"), "a\\x1B[31mb\\x07\\x7F");
  EXPECT_EQ(Escaped("\xC2\x9B"
                    "1m"),
            "\\x9B1m");  // a control of one byte
  EXPECT_EQ(Escaped("line\nnext\r"), "line\\x0Anext\\x0D");
  EXPECT_EQ(Escaped("\xE2\x80\xAEtxt"), "\\u202Etxt");
  EXPECT_EQ(Escaped("\xFF\xC3"), "\\xFF\\xC3");
  EXPECT_EQ(Escaped("\xED\xA0\x80"), "\\xED\\xA0\\x80");  // half a pair
  EXPECT_EQ(Escaped(std::string_view("a\0b", 3)), "a\\x00b");
}

TEST(Utf8Test, AMessageKeepsItsLines) {
  EXPECT_EQ(EscapedLines("two:\n  a\x1B"), "two:\n  a\\x1B");
}

}  // namespace
}  // namespace alexnet
