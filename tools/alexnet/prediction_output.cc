#include "tools/alexnet/prediction_output.h"

#include <fmt/core.h>

#include <algorithm>
#include <span>

#include "tools/alexnet/out_of_memory.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/spelling.h"

namespace alexnet::cli {

void PredictFiles(Session& session, const FilesToPredict& files,
                  const Limits& limits,
                  const std::function<void(const FilePrediction&)>& done) {
  const SessionInfo info = session.info();
  const auto classes = static_cast<size_t>(info.classes);
  const auto part =
      static_cast<size_t>(std::max<int64_t>(1, info.batch / info.views));
  for (size_t first = 0; first < files.paths.size(); first += part) {
    const size_t here = std::min(part, files.paths.size() - first);
    std::vector<FilePrediction> results(here);
    // Preprocessed at once: decoded pictures may be a thousand times larger.
    std::vector<float> views;
    int64_t good = 0;
    for (size_t i = 0; i < here; ++i) {
      if (alexnet_cancel_token_cancelled(limits.cancel) != 0) {
        throw Error(ALEXNET_CANCELLED, nullptr);
      }
      results[i].path = files.paths[first + i];
      try {
        const Image image = Image::load(results[i].path, files.max_pixels);
        const std::vector<float> own = session.preprocess(image.view());
        views.insert(views.end(), own.begin(), own.end());
        ++good;
      } catch (const Error& error) {
        PassOutOfMemory(error);
        results[i].error =
            ErrorText(error.file(), error.field(), error.message());
      }
    }
    std::vector<float> rows(static_cast<size_t>(good) * classes);
    if (good > 0) session.run(views, good, rows, limits);
    size_t row = 0;
    for (FilePrediction& result : results) {
      if (result.error.empty()) {
        result.top = session.top(
            std::span<const float>(rows).subspan(row++ * classes, classes),
            files.top);
      }
      done(result);
    }
  }
}

Json TopJson(const std::vector<Prediction>& top) {
  Json result = Json::Array();
  for (const Prediction& each : top) {
    result.Append(Json::Object({{"index", each.class_index},
                                {"label", each.label},
                                {"probability", each.probability}}));
  }
  return result;
}

Json PredictionJson(const FilePrediction& prediction) {
  Json document = Json::Object({{"path", prediction.path}});
  if (!prediction.error.empty()) {
    document.Set("error", prediction.error);
    return document;
  }
  document.Set("top", TopJson(prediction.top));
  return document;
}

std::string PredictionText(const FilePrediction& prediction) {
  if (!prediction.error.empty()) return "";
  std::string text = Printable(prediction.path) + "\n";
  for (const Prediction& each : prediction.top) {
    text += fmt::format("  {:6.2f} %  {}\n", 100.0 * each.probability,
                        Printable(each.label));
  }
  return text;
}

}  // namespace alexnet::cli
