// The runs of a study.

#ifndef ALEXNET_TOOLS_ALEXNET_STUDY_RUNS_H_
#define ALEXNET_TOOLS_ALEXNET_STUDY_RUNS_H_

#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/study_result.h"

namespace alexnet::cli {

// Trains what is not trained yet in folders of `out`, going on with runs that
// were interrupted, so that a study may be stopped and called again. Runs
// are computed by one thread each: what comes out does not depend on `jobs`.
// Each leaves a report.html. Throws Failure before anything is trained where
// the data or the network has not what the claim is of.
StudyResult RunStudy(const StudyPlan& plan, Setting& setting);

// The folder of a run below `out`.
std::string FolderName(const Arm& arm, const StudyRun& run);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_STUDY_RUNS_H_
