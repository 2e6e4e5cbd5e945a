// How an evaluation is shown; eval and demo share it.

#ifndef ALEXNET_TOOLS_ALEXNET_EVALUATION_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_EVALUATION_OUTPUT_H_

#include <alexnet/alexnet.hpp>
#include <string>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

Json EvaluationJson(const Evaluation& evaluation);
// Errors, recall of each class and the confusion matrix.
std::string EvaluationText(const Evaluation& evaluation);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_EVALUATION_OUTPUT_H_
