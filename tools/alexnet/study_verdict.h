// What the values of a study's runs say, in a word and in words.

#ifndef ALEXNET_TOOLS_ALEXNET_STUDY_VERDICT_H_
#define ALEXNET_TOOLS_ALEXNET_STUDY_VERDICT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/study_result.h"

namespace alexnet::cli {

enum class Verdict {
  kHolds,     // the interval lies on the claim's side of 0
  kOpposite,  // on the other
  kNotSeen,   // it holds 0
  kTooFewPairs,
  kTooFewPictures,  // one of them is no less than the difference
};

Verdict VerdictOf(const StudyPlan& plan, const StudyResult& result);
// "holds", "opposite", "not_seen" or "too_few".
const char* VerdictName(Verdict verdict);
// Of the runs that have one.
std::vector<double> Values(const std::vector<StudyRun>& runs);
// Pictures that were held out of the run that had the fewest.
int64_t HeldOut(const StudyResult& result);
// Runs that diverged; ten crops are of the other arm's.
int64_t Diverged(const StudyPlan& plan, const StudyResult& result);

// "1.20"; "-" of none.
std::string Number(double value);
// "cifar10_lrn on train/, 20 epochs, 5000 held-out pictures".
std::string SettingWords(const StudyPlan& plan, const StudyResult& result);
// "no_lrn minus lrn: 1.20, 95 % interval 0.40 to 2.00, 3 of 3 pairs".
std::string DifferenceWords(const StudyPlan& plan, const StudyResult& result);
// Sentences.
std::string VerdictWords(const StudyPlan& plan, const StudyResult& result);
// Likewise; "" where no run diverged.
std::string DivergedWords(const StudyPlan& plan, const StudyResult& result);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_STUDY_VERDICT_H_
