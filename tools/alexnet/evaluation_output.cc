#include "tools/alexnet/evaluation_output.h"

#include <fmt/format.h>

namespace alexnet::cli {

using Json = nlohmann::ordered_json;

Json EvaluationJson(const Evaluation& evaluation) {
  Json recall = Json::object();
  Json confusion = Json::array();
  const size_t classes = evaluation.class_names.size();
  for (size_t i = 0; i < classes; ++i) {
    if (evaluation.recall[i] >= 0) {
      recall[evaluation.class_names[i]] = evaluation.recall[i];
    }
    const auto row =
        evaluation.confusion.begin() + static_cast<std::ptrdiff_t>(i * classes);
    confusion.push_back(
        std::vector<int64_t>(row, row + static_cast<std::ptrdiff_t>(classes)));
  }
  Json broken = Json::array();
  for (const BrokenPicture& picture : evaluation.broken) {
    broken.push_back({{"name", picture.name}, {"reason", picture.reason}});
  }
  return {{"top1_error", evaluation.top1_error},
          {"top5_error", evaluation.top5_error},
          {"top_k", evaluation.top_k},
          {"loss", evaluation.loss},
          {"pictures", evaluation.count},
          {"ten_crop", evaluation.ten_crop},
          {"images_per_second", evaluation.images_per_second},
          {"classes", evaluation.class_names},
          {"recall", recall},
          {"confusion", confusion},
          {"left_out", broken}};
}

std::string EvaluationText(const Evaluation& evaluation) {
  std::string text = fmt::format(
      "pictures     {}{}\ntop-1 error  {:.2f} %\ntop-{} error  {:.2f} %\n"
      "loss         {:.4f}\nspeed        {:.0f} images/s\n",
      evaluation.count, evaluation.ten_crop ? ", ten crops each" : "",
      evaluation.top1_error, evaluation.top_k, evaluation.top5_error,
      evaluation.loss, evaluation.images_per_second);
  return text + "\n" + ConfusionText(evaluation);
}

}  // namespace alexnet::cli
