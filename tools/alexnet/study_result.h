// What a study is asked for, and what its runs gave.

#ifndef ALEXNET_TOOLS_ALEXNET_STUDY_RESULT_H_
#define ALEXNET_TOOLS_ALEXNET_STUDY_RESULT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/paired_difference.h"
#include "tools/alexnet/run_history.h"
#include "tools/alexnet/study_claims.h"

namespace alexnet::cli {

struct StudyPlan {
  // Epochs, which are whole numbers; else errors in percent.
  bool counts_epochs() const { return claim->measure == Measure::kEpochsTo25; }

  const Claim* claim = nullptr;
  std::string data;
  std::string out;
  std::string preset;
  int32_t epochs = 0;
  float rate = 0;     // 0: the preset's
  int64_t seeds = 3;  // 1, 2, ...
  int64_t jobs = 1;   // runs at once; each computes on one thread
  double validation_fraction = 0;
};

struct StudyRun {
  uint64_t seed = 0;
  int64_t held_out = 0;  // pictures
  std::vector<RunEpoch> epochs;
  std::string diverged;  // why; empty: it did not
  // As the claim's measure has it; NaN where there is none. With `beyond` it
  // is larger than this: the run ended before.
  double value;
  bool beyond = false;
};

struct StudyResult {
  std::vector<StudyRun> with;  // by seed, as the other
  std::vector<StudyRun> without;
  // What the other arm has more of the measure. Of pairs in which both have a
  // value, and only the other's may lie beyond it.
  std::vector<double> differences;
  PairedDifference difference;
  bool beyond = false;  // at least one difference is larger
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_STUDY_RESULT_H_
