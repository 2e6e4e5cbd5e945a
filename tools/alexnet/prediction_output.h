// How predictions are shown; predict and demo share it.

#ifndef ALEXNET_TOOLS_ALEXNET_PREDICTION_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_PREDICTION_OUTPUT_H_

#include <nlohmann/json.hpp>
#include <string>

#include "core/infer/predictor.h"

namespace alexnet::cli {

nlohmann::ordered_json PredictionJson(const FilePrediction& prediction);
std::string PredictionText(const FilePrediction& prediction);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PREDICTION_OUTPUT_H_
