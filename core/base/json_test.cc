#include "core/base/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "core/base/failing_allocation.h"

namespace alexnet {
namespace {

using Theirs = nlohmann::ordered_json;

const std::vector<double> kReals = {
    0.0,  -0.0, 1.0,  -2.5,  0.1,    1e-5,      9.9e-6, 123456789.25,
    1e14, 1e15, 1e20, 1e300, 5e-324, 1.0 / 3.0, 0.1f,   3.4e38f};

Json Ours() {
  Json numbers = Json::Array();
  numbers.Append(1);
  numbers.Append(-2);
  numbers.Append(uint64_t{18446744073709551615u});
  numbers.Append(2.5);
  return {{"text", "a \"quoted\" \\ line\nand \x01 \xC3\xA9"},
          {"numbers", numbers},
          {"reals", kReals},
          {"truth", true},
          {"nothing", Json()},
          {"nested", {{"empty", Json::Array()}, {"none", Json::Object()}}}};
}

Theirs Expected() {
  return {{"text", "a \"quoted\" \\ line\nand \x01 \xC3\xA9"},
          {"numbers", {1, -2, uint64_t{18446744073709551615u}, 2.5}},
          {"reals", kReals},
          {"truth", true},
          {"nothing", nullptr},
          {"nested", {{"empty", Theirs::array()}, {"none", Theirs::object()}}}};
}

TEST(JsonTest, WritesWhatAnotherLibraryReads) {
  for (const int indent : {-1, 0, 2}) {
    EXPECT_EQ(Theirs::parse(Ours().Text(indent)), Expected()) << indent;
  }
  const Json small = {{"a", std::vector<std::string>{"1", "x"}},
                      {"b", Json::Array()},
                      {"c", 2.0}};
  EXPECT_EQ(small.Text(-1), R"({"a":["1","x"],"b":[],"c":2.0})");
  EXPECT_EQ(
      small.Text(1),
      "{\n \"a\": [\n  \"1\",\n  \"x\"\n ],\n \"b\": [],\n \"c\": 2.0\n}");
}

TEST(JsonTest, ReadsWhatAnotherLibraryWrites) {
  const auto parsed = Json::Parse(Expected().dump(3));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->Text(2), Ours().Text(2));
  EXPECT_EQ(parsed->at("reals").Get<std::vector<double>>(), kReals);
  EXPECT_EQ(parsed->at("text").Get<std::string>(),
            Expected()["text"].get<std::string>());
  const auto pair = Json::Parse("\"\\ud83d\\ude00\\u00e9\\/\"");
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->Get<std::string>(), "\xF0\x9F\x98\x80\xC3\xA9/");
}

// What takes the square of their number would take hours.
TEST(JsonTest, ReadsManyKeysAndElements) {
  constexpr int kMany = 300'000;
  std::string keys;
  std::string elements;
  for (int i = 0; i < kMany; ++i) {
    keys += (i > 0 ? ",\"" : "\"") + std::to_string(i) + "\":1";
    elements += i > 0 ? ",[]" : "[]";
  }
  const auto object = Json::Parse("{" + keys + "}");
  ASSERT_TRUE(object.has_value());
  EXPECT_EQ(object->at("299999").Get<int>(), 1);
  ASSERT_TRUE(Json::Parse("[" + elements + "]").has_value());
  // The last of a key that comes again counts, or it is refused: at once.
  Json::Parse("{" + keys + "," + keys + "}");
}

TEST(JsonTest, TextsAreTakenOrRefusedAsByAnotherLibrary) {
  for (const std::string text : {"",
                                 " ",
                                 "1",
                                 "-0",
                                 "01",
                                 "1.",
                                 ".5",
                                 "1e",
                                 "1e+",
                                 "-",
                                 "+1",
                                 "1e400",
                                 "18446744073709551616",
                                 "-9223372036854775809",
                                 "nul",
                                 "true ",
                                 "truex",
                                 "\"a",
                                 "\"\\x\"",
                                 "\"\\ud800\"",
                                 "\"\\udc00\"",
                                 "\"\t\"",
                                 "\"\xff\"",
                                 "\"\xC0\x80\"",
                                 "\"\xED\xA0\x80\"",
                                 "[",
                                 "[1",
                                 "[1,]",
                                 "[1 2]",
                                 "{",
                                 "{\"a\"}",
                                 "{\"a\":}",
                                 "{\"a\":1,}",
                                 "{a:1}",
                                 "[] []",
                                 " [1,\n2 ] ",
                                 "{\"a\" : {} }",
                                 "\xEF\xBB\xBF[1]x"}) {
    EXPECT_EQ(Json::Parse(text).has_value(), Theirs::accept(text)) << text;
  }
  std::string why;
  EXPECT_FALSE(Json::Parse(R"({"a":1,"b":2,"a":3})", &why).has_value());
  EXPECT_EQ(why, "has \"a\" twice");
  EXPECT_TRUE(Json::Parse(std::string(200, '[') + std::string(200, ']')));
  EXPECT_FALSE(Json::Parse(std::string(100000, '[')).has_value());
}

TEST(JsonTest, BytesThatAreNoTextAreReplacedAndNumbersThatAreNoneLeftOut) {
  EXPECT_EQ(Json("a\xff\xC3z").Text(-1), "\"a\xEF\xBF\xBD\xEF\xBF\xBDz\"");
  EXPECT_EQ(Json(std::numeric_limits<double>::infinity()).Text(-1), "null");
}

TEST(JsonTest, WrongTypesAndRangesAreErrors) {
  const Json json = {
      {"big", 300}, {"minus", -1}, {"pair", std::array{1.5, 2.5}}};
  EXPECT_THROW(json.at("none"), JsonError);
  EXPECT_THROW(json.at("big").Get<int8_t>(), JsonError);
  EXPECT_THROW(json.at("minus").Get<uint64_t>(), JsonError);
  EXPECT_THROW(json.at("big").Get<std::string>(), JsonError);
  EXPECT_THROW(json.at("pair").Get<int>(), JsonError);
  EXPECT_THROW((json.at("pair").Get<std::array<double, 3>>()), JsonError);
  EXPECT_EQ(json.at("big").Get<double>(), 300.0);
  EXPECT_EQ((json.at("pair").Get<std::array<float, 2>>()),
            (std::array{1.5f, 2.5f}));
}

// Fails where a destructor allocates: that ends the process.
TEST(JsonTest, MemoryMayRunOutAnywhere) {
  testing::FailEachAllocation([] {
    const auto parsed = Json::Parse(Ours().Text(2));
    Json copy = *parsed;
    copy["more"].Append(*parsed);
    EXPECT_FALSE(copy.Text(-1).empty());
  });
}

}  // namespace
}  // namespace alexnet
