// Predictions of files and how they are shown; predict and demo share it.

#ifndef ALEXNET_TOOLS_ALEXNET_PREDICTION_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_PREDICTION_OUTPUT_H_

#include <alexnet/alexnet.hpp>
#include <functional>
#include <string>
#include <vector>

#include "tools/alexnet/json.h"

namespace alexnet::cli {

// What became of one file: an error, or the likeliest classes.
struct FilePrediction {
  std::string path;
  std::string error;
  std::vector<Prediction> top;
};

struct FilesToPredict {
  std::vector<std::string> paths;
  size_t top = 5;
  int64_t max_pixels = 0;  // 0: the library's own limit
};

// Hands one FilePrediction per path to `done`, in order, as it is there. A file
// that cannot be read does not stop the others.
void PredictFiles(Session& session, const FilesToPredict& files,
                  const Limits& limits,
                  const std::function<void(const FilePrediction&)>& done);

Json TopJson(const std::vector<Prediction>& top);
Json PredictionJson(const FilePrediction& prediction);
std::string PredictionText(const FilePrediction& prediction);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PREDICTION_OUTPUT_H_
