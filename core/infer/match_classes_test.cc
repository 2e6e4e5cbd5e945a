#include "core/infer/match_classes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace alexnet {
namespace {

using ::testing::AllOf;
using ::testing::ContainerEq;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using ::testing::WhenSorted;

const std::vector<std::string> kLabels = {"n01440764 tench, Tinca tinca",
                                          "n01443537 goldfish",
                                          "n02012849 crane", "n03126707 crane"};

TEST(MatchClassesTest, ByLabel) {
  const ClassMatch match = MatchClasses({"b", "c", "a"}, 3, {"a", "b"}).value();
  EXPECT_THAT(match.map, ElementsAre(2, 0));
  EXPECT_EQ(match.note, "");
  // Numbers that are labels are no indices.
  EXPECT_THAT(MatchClasses({"1", "0"}, 2, {"0", "1"})->map, ElementsAre(1, 0));
}

TEST(MatchClassesTest, WithoutLabelsInOrder) {
  const ClassMatch match = MatchClasses({}, 2, {"x", "y"}).value();
  EXPECT_THAT(match.map, ElementsAre(0, 1));
  EXPECT_THAT(match.note, HasSubstr("no labels"));
  EXPECT_FALSE(MatchClasses({}, 3, {"x", "y"}).ok());
}

TEST(MatchClassesTest, ByPartsOfALabel) {
  const ClassMatch match =
      MatchClasses(kLabels, 4, {"n03126707", "Goldfish", "tinca_tinca"})
          .value();
  EXPECT_THAT(match.map, ElementsAre(3, 1, 0));
  EXPECT_THAT(match.note, HasSubstr("\"n03126707\" to \"n03126707 crane\""));
  // Two labels are called so.
  EXPECT_THAT(MatchClasses(kLabels, 4, {"tench", "crane"}).status().message(),
              AllOf(HasSubstr("more than one"), HasSubstr(": \"crane\"")));
  EXPECT_THAT(MatchClasses(kLabels, 4, {"tench", "wolf"}).status().message(),
              HasSubstr("the data lacks: \"n01443537 goldfish\", \"n02012849"));
}

TEST(MatchClassesTest, ByNumber) {
  const ClassMatch match = MatchClasses(kLabels, 4, {"0", "03", "1"}).value();
  EXPECT_THAT(match.map, ElementsAre(0, 3, 1));
  EXPECT_THAT(match.note, HasSubstr("numbers"));
  EXPECT_FALSE(MatchClasses(kLabels, 4, {"0", "4"}).ok());
}

TEST(MatchClassesTest, AThousandWordNetIdsInTheirOrder) {
  std::vector<std::string> names;
  std::vector<std::string> ids;
  for (int i = 0; i < 1000; ++i) {
    names.push_back("name " + std::to_string(i));
    ids.push_back("n0" + std::to_string(1440764 + i));
  }
  const ClassMatch match = MatchClasses(names, 1000, ids).value();
  EXPECT_THAT(match.map, AllOf(SizeIs(1000), Contains(999).Times(1)));
  EXPECT_THAT(match.map, WhenSorted(ContainerEq(match.map)));
  EXPECT_THAT(match.note, HasSubstr("WordNet"));
  // Nothing is told by the order of some, by another order, by a few classes,
  // and where the labels tell it.
  const auto refusal = [](const std::vector<std::string>& labels,
                          const std::vector<std::string>& classes) {
    return MatchClasses(labels, static_cast<int64_t>(labels.size()), classes)
        .status()
        .message();
  };
  EXPECT_THAT(refusal(names, {ids[1]}),
              AllOf(HasSubstr("\"n01440765\""), HasSubstr("`labels_file`")));
  EXPECT_THAT(refusal({"cat", "dog"}, {ids[0], ids[1]}), HasSubstr("2 of"));
  std::vector<std::string> labels = names;
  labels[0] = "n02012849 crane";
  EXPECT_THAT(refusal(labels, ids), HasSubstr("1000 of"));
  std::swap(ids[0], ids[1]);
  EXPECT_THAT(refusal(names, ids), HasSubstr("1000 of"));
}

TEST(MatchClassesTest, StrangersAreNamed) {
  const Status status =
      MatchClasses({"cat", "dog"}, 2, {"cat", "wolf"}).status();
  EXPECT_EQ(status.code(), StatusCode::kFailedPrecondition);
  EXPECT_THAT(
      status.message(),
      AllOf(HasSubstr("\"wolf\""), HasSubstr("\"dog\""), HasSubstr("Rename")));
}

}  // namespace
}  // namespace alexnet
