#include "tools/alexnet/prediction_output.h"

#include <fmt/format.h>

namespace alexnet::cli {

using Json = nlohmann::ordered_json;

Json PredictionJson(const FilePrediction& prediction) {
  Json document = {{"path", prediction.path}};
  if (!prediction.status.ok()) {
    document["error"] = prediction.status.ToString();
    return document;
  }
  Json top = Json::array();
  for (const Prediction& each : prediction.top) {
    top.push_back({{"index", each.index},
                   {"label", each.label},
                   {"probability", each.probability}});
  }
  document["top"] = top;
  return document;
}

std::string PredictionText(const FilePrediction& prediction) {
  if (!prediction.status.ok()) return "";
  std::string text = prediction.path + "\n";
  for (const Prediction& each : prediction.top) {
    text +=
        fmt::format("  {:6.2f} %  {}\n", 100.0 * each.probability, each.label);
  }
  return text;
}

}  // namespace alexnet::cli
