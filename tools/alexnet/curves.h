// The curves of the run that made a model.

#ifndef ALEXNET_TOOLS_ALEXNET_CURVES_H_
#define ALEXNET_TOOLS_ALEXNET_CURVES_H_

#include <string>

#include "tools/alexnet/page/html.h"

namespace alexnet::cli {

// Of metrics.jsonl in the folder of `model`, where that is of a run that trains
// `network`; nothing where there is none.
Html CurvesBeside(const std::string& model, const std::string& network);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_CURVES_H_
