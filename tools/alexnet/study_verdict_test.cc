#include "tools/alexnet/study_verdict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace alexnet::cli {
namespace {

using ::testing::HasSubstr;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

constexpr Claim kByError = {.name = "lrn",
                            .sentence = "",
                            .preset = "",
                            .epochs = 1,
                            .measure = Measure::kHeldOutError,
                            .with = {.name = "lrn"},
                            .without = {.name = "no_lrn"}};
constexpr Claim kByEpochs = {.name = "relu",
                             .sentence = "",
                             .preset = "",
                             .epochs = 1,
                             .measure = Measure::kEpochsTo25,
                             .with = {.name = "relu"},
                             .without = {.name = "tanh"}};

StudyPlan Plan(const Claim& claim) {
  StudyPlan plan;
  plan.claim = &claim;
  plan.preset = "small";
  plan.data = "train/";
  plan.epochs = 20;
  return plan;
}

// Pairs whose difference is the value without; NaN of a run that diverged.
StudyResult Result(int64_t held_out, const std::vector<double>& values) {
  StudyResult result;
  for (size_t i = 0; i < values.size(); ++i) {
    StudyRun run;
    run.seed = i + 1;
    run.held_out = held_out;
    run.value = 0.0;
    result.with.push_back(run);
    run.value = values[i];
    if (values[i] == values[i]) {
      result.differences.push_back(values[i]);
    } else {
      run.diverged = "the loss is not finite";
    }
    result.without.push_back(run);
  }
  result.difference = DifferenceOf(result.differences);
  return result;
}

std::string NameOf(const Claim& claim, const StudyResult& result) {
  return VerdictName(VerdictOf(Plan(claim), result));
}

TEST(StudyVerdictTest, IsWhereTheIntervalLies) {
  EXPECT_EQ(NameOf(kByError, Result(5000, {1.0, 1.2, 0.8})), "holds");
  EXPECT_EQ(NameOf(kByError, Result(5000, {-1.0, -1.2, -0.8})), "opposite");
  EXPECT_EQ(NameOf(kByError, Result(5000, {1.0, -1.2, 0.8})), "not_seen");
  EXPECT_EQ(NameOf(kByError, Result(5000, {1.0})), "too_few");
}

// Errors of few pictures take few values, which are easily all the same.
TEST(StudyVerdictTest, OnePictureIsNoDifference) {
  const StudyResult one = Result(20, {5.0, 5.0, 5.0});
  EXPECT_EQ(NameOf(kByError, one), "too_few");
  EXPECT_EQ(VerdictWords(Plan(kByError), one),
            "The held-out pictures are too few to tell: one of 20 is 5.00 %.");
  EXPECT_EQ(NameOf(kByError, Result(20, {10.0, 10.0, 10.0})), "holds");
  EXPECT_EQ(NameOf(kByError, Result(20, {-5.0, -5.0})), "too_few");
  EXPECT_EQ(NameOf(kByError, Result(20, {0.0, 0.0})), "not_seen");
  EXPECT_EQ(NameOf(kByEpochs, Result(20, {1.0, 1.0, 1.0})), "holds");
}

TEST(StudyVerdictTest, RunsThatDivergedAreCounted) {
  const StudyPlan plan = Plan(kByError);
  const StudyResult result = Result(200, {4.0, kNone, 4.5, kNone});
  EXPECT_EQ(Diverged(plan, result), 2);
  EXPECT_THAT(DivergedWords(plan, result),
              HasSubstr("2 runs diverged and have no value"));
  EXPECT_THAT(DifferenceWords(plan, result),
              HasSubstr("no_lrn minus lrn: 4.25, 95 % interval 1.07 to 7.43, 2 "
                        "of 4 pairs"));
  EXPECT_EQ(VerdictWords(plan, result), "It holds here.");
  EXPECT_EQ(DivergedWords(plan, Result(200, {4.0})), "");
}

TEST(StudyVerdictTest, ARatioIsOfPairs) {
  const StudyPlan plan = Plan(kByEpochs);
  StudyResult result = Result(20, {12.0, 16.0});
  for (StudyRun& run : result.with) run.value = 4.0;
  EXPECT_THAT(DifferenceWords(plan, result), HasSubstr("; 3.50 times as many"));
  EXPECT_EQ(DifferenceWords(plan, Result(20, {kNone})),
            "tanh minus relu: -, 0 of 1 pair");
}

TEST(StudyVerdictTest, TheSettingSaysHowManyPicturesAreHeldOut) {
  EXPECT_EQ(SettingWords(Plan(kByError), Result(200, {4.0})),
            "small on train/, 20 epochs, 200 held-out pictures");
  EXPECT_EQ(SettingWords(Plan(kByEpochs), Result(200, {4.0})),
            "small on train/, 20 epochs");
}

}  // namespace
}  // namespace alexnet::cli
