#include "core/infer/match_classes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace alexnet {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

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
              HasSubstr("1 of the data's classes: \"crane\""));
}

TEST(MatchClassesTest, ByNumber) {
  const ClassMatch match = MatchClasses(kLabels, 4, {"0", "03", "1"}).value();
  EXPECT_THAT(match.map, ElementsAre(0, 3, 1));
  EXPECT_THAT(match.note, HasSubstr("numbers"));
  EXPECT_FALSE(MatchClasses(kLabels, 4, {"0", "4"}).ok());
}

TEST(MatchClassesTest, AllWordNetIdsInTheirOrder) {
  const std::vector<std::string> names = {"tench", "goldfish"};
  const ClassMatch match =
      MatchClasses(names, 2, {"n01440764", "n01443537"}).value();
  EXPECT_THAT(match.map, ElementsAre(0, 1));
  EXPECT_THAT(match.note, HasSubstr("WordNet"));
  // Of some the order tells nothing.
  EXPECT_THAT(MatchClasses(names, 2, {"n01443537"}).status().message(),
              AllOf(HasSubstr("\"n01443537\""), HasSubstr("convert it with")));
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
