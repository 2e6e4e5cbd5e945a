#include "tools/alexnet/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

// What parsing `given` complains of, or "" where nothing is wrong.
std::string ComplaintOf(const std::function<void(Arguments&)>& declare,
                        std::vector<const char*> given) {
  CommandLine line("program", "does things");
  Arguments arguments = line.AddVerb("verb", "does one");
  declare(arguments);
  given.insert(given.begin(), {"program", "verb"});
  try {
    line.Parse(static_cast<int>(given.size()), given.data());
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ArgumentsTest, ChoicesAreParsedAndListed) {
  int32_t value = 0;
  const auto declare = [&](Arguments& arguments) {
    arguments.Choice("--shape", value, {{"round", 7}, {"square", 8}}, "Shape");
  };
  EXPECT_EQ(ComplaintOf(declare, {"--shape", "square"}), "");
  EXPECT_EQ(value, 8);
  EXPECT_THAT(
      ComplaintOf(declare, {"--shape", "oval"}),
      AllOf(HasSubstr("oval"), HasSubstr("round"), HasSubstr("square")));
  EXPECT_EQ(value, 8);
}

TEST(ArgumentsTest, NumbersLieInTheirClosedRange) {
  int32_t value = 0;
  const auto declare = [&](Arguments& arguments) {
    arguments.Number("--count", value, 10, 8, 12, "How many");
  };
  EXPECT_EQ(ComplaintOf(declare, {}), "");
  EXPECT_EQ(value, 10);
  for (const char* given : {"8", "12"}) {
    EXPECT_EQ(ComplaintOf(declare, {"--count", given}), "");
    EXPECT_EQ(value, std::stoi(given));
  }
  for (const char* given : {"7", "13", "-9", "none"}) {
    EXPECT_THAT(ComplaintOf(declare, {"--count", given}), HasSubstr(given));
  }
}

TEST(ArgumentsTest, WhatIsNotANumberIsRefused) {
  double closed = 0, open = 0;
  float any = 0;
  const auto declare = [&](Arguments& arguments) {
    arguments.Number("--closed", closed, 0, 0, 1, "In a range");
    arguments.Number("--open", open, 0, 0, "At least");
    arguments.Number("--any", any, "Of any size");
  };
  for (const char* option : {"--closed", "--open", "--any"}) {
    EXPECT_EQ(ComplaintOf(declare, {option, "0.5"}), "");
    for (const char* given : {"nan", "-nan", "NaN"}) {
      EXPECT_THAT(ComplaintOf(declare, {option, given}), HasSubstr(given));
    }
  }
}

TEST(ArgumentsTest, NumbersWithoutALargestHaveALeast) {
  int64_t value = 0;
  const auto declare = [&](Arguments& arguments) {
    arguments.Number("--count", value, 10, 8, "How many");
  };
  EXPECT_EQ(ComplaintOf(declare, {"--count", "9223372036854775807"}), "");
  EXPECT_EQ(value, INT64_MAX);
  EXPECT_EQ(ComplaintOf(declare, {"--count", "8"}), "");
  EXPECT_EQ(value, 8);
  for (const char* given : {"7", "-9", "none"}) {
    EXPECT_EQ(ComplaintOf(declare, {"--count", given}),
              std::string("--count: ") + given + " is not at least 8");
  }
}

TEST(ArgumentsTest, HelpAndComplaintsNameNoLargestWhereThereIsNone) {
  double value = 0;
  const auto declare = [&](Arguments& arguments) {
    arguments.Number("--share", value, 1, 0, "How much");
  };
  EXPECT_EQ(ComplaintOf(declare, {"--share", "0"}), "");
  EXPECT_EQ(value, 0);
  EXPECT_EQ(ComplaintOf(declare, {"--share", "-0.5"}),
            "--share: -0.5 is not at least 0");
  ::testing::internal::CaptureStdout();
  ComplaintOf(declare, {"--help"});
  EXPECT_THAT(::testing::internal::GetCapturedStdout(),
              HasSubstr("--share FLOAT:at least 0=1"));
}

}  // namespace
}  // namespace alexnet::cli
