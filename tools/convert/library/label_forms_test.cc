#include "tools/convert/library/label_forms.h"

#include <gtest/gtest.h>

#include <alexnet/alexnet.hpp>

namespace alexnet::convert {
namespace {

using Labels = std::vector<std::string>;

std::string RefusalOf(std::string_view text) {
  try {
    LabelsIn(text);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(LabelFormsTest, LinesAreLabels) {
  EXPECT_EQ(LabelsIn("tench\r\ngoldfish\n\n").labels,
            (Labels{"tench", "goldfish"}));
  EXPECT_EQ(LabelsIn("n01440764\ttench, Tinca tinca").labels,
            (Labels{"n01440764 tench, Tinca tinca"}));
  EXPECT_TRUE(LabelsIn("").labels.empty());
}

TEST(LabelFormsTest, NumbersOfLinesSayTheOrder) {
  const Labels expected = {"/a/airfield", "/a/cabin", "/b/bar"};
  EXPECT_EQ(LabelsIn("/a/cabin 1\n/a/airfield 0\n/b/bar 2\n").labels, expected);
  EXPECT_EQ(LabelsIn("1: /a/cabin\n0: /a/airfield\n2: /b/bar").labels,
            expected);
  EXPECT_EQ(LabelsIn("0,/a/airfield\n1,/a/cabin\n2,/b/bar").labels, expected);
}

TEST(LabelFormsTest, NumbersThatAreNamesStay) {
  const Labels digits = {"digit 0", "digit 1"};
  EXPECT_EQ(LabelsIn("digit 0\ndigit 1\n").labels, digits);
  const Labels cars = {"audi 100", "bmw 3"};
  EXPECT_EQ(LabelsIn("audi 100\nbmw 3\n").labels, cars);
  const Labels numbers = {"0", "1", "2"};
  EXPECT_EQ(LabelsIn("0\n1\n2\n").labels, numbers);
}

TEST(LabelFormsTest, DictsAndListsOfPythonAndJson) {
  const Labels expected = {"tench, Tinca tinca", "it's a fish"};
  for (const char* text :
       {"{0: 'tench, Tinca tinca',\n 1: \"it's a fish\"}",
        "{1: 'it\\'s a fish', 0: u'tench, Tinca tinca',}",
        "['tench, Tinca tinca', 'it\\'s a fish']",
        "{\"0\": \"tench, Tinca tinca\", \"1\": \"it's a fish\"}",
        "[\"tench, Tinca tinca\", \"it's a fish\"]",
        "{\"it's a fish\": 1, \"tench, Tinca tinca\": 0}"}) {
    const LabelList list = LabelsIn(text);
    EXPECT_EQ(list.labels, expected) << text;
    EXPECT_FALSE(list.lines) << text;
  }
  EXPECT_EQ(LabelsIn(R"({"0": ["n01440764", "tench"]})").labels,
            (Labels{"n01440764 tench"}));
}

TEST(LabelFormsTest, BrokenDictsAreRefused) {
  EXPECT_NE(RefusalOf("{0: 'tench',\n 2: 'ray'}").find("none of number 1"),
            std::string::npos);
  EXPECT_NE(RefusalOf("{0: 'tench',\n 1 'ray'}").find("line 2"),
            std::string::npos);
  EXPECT_NE(RefusalOf("{0: 'tench").find("does not end"), std::string::npos);
  EXPECT_NE(RefusalOf("{0: {0: {0: 'x'}}}").find("too deeply"),
            std::string::npos);
  EXPECT_NE(RefusalOf("{\"cat\": \"dog\"}").find("\"cat\""), std::string::npos);
  // A line may well begin with a bracket.
  EXPECT_EQ(LabelsIn("[unused]\ncat").labels, (Labels{"[unused]", "cat"}));
}

}  // namespace
}  // namespace alexnet::convert
