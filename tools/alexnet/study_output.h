// What a study found, for people and for programs.

#ifndef ALEXNET_TOOLS_ALEXNET_STUDY_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_STUDY_OUTPUT_H_

#include <string>

#include "tools/alexnet/json.h"
#include "tools/alexnet/study_runs.h"

namespace alexnet::cli {

// A table by seed with mean, spread and the paired difference, and whether the
// claim holds.
std::string StudyText(const StudyPlan& plan, const StudyResult& result);
Json StudyJson(const StudyPlan& plan, const StudyResult& result);
// The same as a page, with the curves.
std::string StudyPage(const StudyPlan& plan, const StudyResult& result);

// The curves of what is compared as an SVG file, figure 1 of the paper for
// `relu`; "" where no run came to the end of an epoch.
std::string StudyDrawing(const StudyPlan& plan, const StudyResult& result);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_STUDY_OUTPUT_H_
