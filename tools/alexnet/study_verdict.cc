#include "tools/alexnet/study_verdict.h"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "tools/alexnet/inspection_words.h"

namespace alexnet::cli {
namespace {

// By how much one held-out picture changes an error, percent; of epochs 0.
double Resolution(const StudyPlan& plan, const StudyResult& result) {
  if (plan.counts_epochs()) return 0.0;
  return 100.0 / static_cast<double>(HeldOut(result));
}

}  // namespace

std::string Number(double value) {
  return std::isfinite(value) ? fmt::format("{:.2f}", value) : "-";
}

std::vector<double> Values(const std::vector<StudyRun>& runs) {
  std::vector<double> values;
  for (const StudyRun& run : runs) {
    if (std::isfinite(run.value)) values.push_back(run.value);
  }
  return values;
}

int64_t HeldOut(const StudyResult& result) {
  int64_t least = result.with[0].held_out;
  for (const auto* runs : {&result.with, &result.without}) {
    for (const StudyRun& run : *runs) least = std::min(least, run.held_out);
  }
  return least;
}

int64_t Diverged(const StudyPlan& plan, const StudyResult& result) {
  const auto count = [](const std::vector<StudyRun>& runs) {
    return std::count_if(runs.begin(), runs.end(), [](const StudyRun& run) {
      return !run.diverged.empty();
    });
  };
  return count(result.without) +
         (plan.claim->with.ten_crops ? 0 : count(result.with));
}

Verdict VerdictOf(const StudyPlan& plan, const StudyResult& result) {
  if (result.differences.size() < 2) return Verdict::kTooFewPairs;
  const PairedDifference& difference = result.difference;
  if (!difference.positive() && !difference.negative()) {
    return Verdict::kNotSeen;
  }
  // An interval may be narrow because errors take few values.
  if (std::abs(difference.mean) <= Resolution(plan, result)) {
    return Verdict::kTooFewPictures;
  }
  return difference.positive() ? Verdict::kHolds : Verdict::kOpposite;
}

const char* VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kHolds:
      return "holds";
    case Verdict::kOpposite:
      return "opposite";
    case Verdict::kNotSeen:
      return "not_seen";
    case Verdict::kTooFewPairs:
    case Verdict::kTooFewPictures:
      break;
  }
  return "too_few";
}

std::string VerdictWords(const StudyPlan& plan, const StudyResult& result) {
  switch (VerdictOf(plan, result)) {
    case Verdict::kHolds:
      return "It holds here.";
    case Verdict::kOpposite:
      return "Here the opposite holds.";
    case Verdict::kNotSeen:
      return "It is not seen here: the interval holds 0. More seeds make it "
             "narrower (--seeds), and of more held-out pictures smaller "
             "differences show.";
    case Verdict::kTooFewPictures:
      return fmt::format(
          "The held-out pictures are too few to tell: one of {} is {:.2f} %.",
          HeldOut(result), Resolution(plan, result));
    case Verdict::kTooFewPairs:
      break;
  }
  return fmt::format(
      "Fewer than two pairs have values to compare, and so no interval; give "
      "more seeds (--seeds){}.",
      plan.counts_epochs() ? " or epochs (--epochs, in another folder)" : "");
}

std::string DivergedWords(const StudyPlan& plan, const StudyResult& result) {
  const int64_t diverged = Diverged(plan, result);
  if (diverged == 0) return "";
  return fmt::format(
      "{} diverged and {} no value; a lower --rate may help, in another folder "
      "(--out).",
      Counted(diverged, "run"), diverged == 1 ? "has" : "have");
}

std::string SettingWords(const StudyPlan& plan, const StudyResult& result) {
  std::string text = fmt::format("{} on {}, {}", plan.preset, plan.data,
                                 Counted(plan.epochs, "epoch"));
  if (!plan.counts_epochs()) {
    text += ", " + Counted(HeldOut(result), "held-out picture");
  }
  return text;
}

std::string DifferenceWords(const StudyPlan& plan, const StudyResult& result) {
  const Claim& claim = *plan.claim;
  std::string text = fmt::format(
      "{} minus {}: {}{}", claim.without.name, claim.with.name,
      result.beyond ? "at least " : "", Number(result.difference.mean));
  if (std::isfinite(result.difference.half_width)) {
    text += fmt::format(", 95 % interval {:.2f} to {:.2f}",
                        result.difference.mean - result.difference.half_width,
                        result.difference.mean + result.difference.half_width);
  }
  text +=
      fmt::format(", {} of {}", result.differences.size(),
                  Counted(static_cast<int64_t>(result.with.size()), "pair"));
  if (plan.counts_epochs() && !result.differences.empty()) {
    const double ratio = SpreadOf(Values(result.without)).mean /
                         SpreadOf(Values(result.with)).mean;
    text += fmt::format("; {} times as many{}", Number(ratio),
                        result.beyond ? " or more" : "");
  }
  return text;
}

}  // namespace alexnet::cli
