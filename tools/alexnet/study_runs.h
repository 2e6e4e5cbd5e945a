// The runs of a study, and what they say.

#ifndef ALEXNET_TOOLS_ALEXNET_STUDY_RUNS_H_
#define ALEXNET_TOOLS_ALEXNET_STUDY_RUNS_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/paired_difference.h"
#include "tools/alexnet/run_history.h"
#include "tools/alexnet/study_claims.h"

namespace alexnet::cli {

struct StudyPlan {
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

// Trains what is not trained yet in folders of `out`, going on with runs that
// were interrupted, so that a study may be stopped and called again. Runs
// are computed by one thread each: what comes out does not depend on `jobs`.
StudyResult RunStudy(const StudyPlan& plan, Setting& setting);

// Of what the runs of one arm gave.
std::vector<double> Values(const std::vector<StudyRun>& runs);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_STUDY_RUNS_H_
