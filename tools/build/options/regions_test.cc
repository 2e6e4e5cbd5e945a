#include "tools/build/options/regions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace alexnet::options {
namespace {

using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

std::string Two(const Request&) { return "one\n\ntwo\n"; }

// The message of what MakeRegions throws for `text`.
std::string Refused(const std::string& text) {
  try {
    MakeRegions(text, Two);
  } catch (const std::runtime_error& error) {
    return error.what();
  }
  return "";
}

TEST(RegionsTest, OnlyRegionsAreMadeAnew) {
  EXPECT_EQ(
      MakeRegions("a\n  // BEGIN options: x y\n  old\n  // END options\n"
                  "b\n",
                  Two),
      "a\n  // BEGIN options: x y\n  one\n\n  two\n  // END options\nb\n");
}

TEST(RegionsTest, TheFirstLineSaysWhat) {
  Request seen;
  const auto see = [&seen](const Request& request) {
    seen = request;
    return std::string();
  };
  MakeRegions(
      "/* BEGIN options: c.fields recipe zero=value */\n"
      "/* END options */\n",
      see);
  EXPECT_EQ(seen.emitter, "c.fields");
  EXPECT_EQ(seen.subject, "recipe");
  EXPECT_THAT(seen.arguments, UnorderedElementsAre(Pair("zero", "value")));
  EXPECT_EQ(seen.Get("zero"), "value");
  EXPECT_EQ(seen.GetOr("nest", "none"), "none");
  EXPECT_THROW(seen.Get("nest"), std::runtime_error);
}

TEST(RegionsTest, BrokenOnesAreRefusedByLine) {
  EXPECT_THAT(Refused("\n// BEGIN options: x y\n"), HasSubstr("line 2"));
  EXPECT_THAT(Refused("// END options\n"), HasSubstr("line 1"));
  EXPECT_THAT(Refused("// BEGIN options: x y\n// BEGIN options: x y\n"),
              HasSubstr("line 2: a region within another"));
  EXPECT_THAT(Refused("// BEGIN options: x\n"), HasSubstr("subject"));
  EXPECT_THAT(Refused("// BEGIN options: x y z\n"), HasSubstr("NAME=VALUE"));
}

}  // namespace
}  // namespace alexnet::options
