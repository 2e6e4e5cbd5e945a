#include "tools/alexnet/evaluation_output.h"

#include <fmt/core.h>

#include <span>
#include <vector>

namespace alexnet::cli {

Json EvaluationJson(const Evaluation& evaluation) {
  const EvaluationInfo info = evaluation.info();
  const std::vector<Evaluation::Class> classes = evaluation.classes();
  const std::span<const int64_t> confusion = evaluation.confusion();
  Json names = Json::Array();
  Json recall = Json::Object();
  Json rows = Json::Array();
  for (size_t i = 0; i < classes.size(); ++i) {
    names.Append(classes[i].name);
    if (classes[i].recall >= 0) recall.Set(classes[i].name, classes[i].recall);
    if (confusion.empty()) continue;
    const auto row = confusion.subspan(i * classes.size(), classes.size());
    rows.Append(std::vector<int64_t>(row.begin(), row.end()));
  }
  Json broken = Json::Array();
  for (const Evaluation::Broken& picture : evaluation.broken()) {
    broken.Append(
        Json::Object({{"name", picture.name}, {"reason", picture.reason}}));
  }
  Json worst = Json::Array();
  for (const Evaluation::Wrong& picture : evaluation.worst()) {
    const auto name = [&](int32_t index) -> const std::string& {
      return classes[static_cast<size_t>(index)].name;
    };
    worst.Append(
        Json::Object({{"name", picture.name},
                      {"class", name(picture.label)},
                      {"predicted", name(picture.predicted)},
                      {"probability", picture.probability},
                      {"class_probability", picture.label_probability}}));
  }
  return Json::Object({{"top1_error", info.top1_error},
                       {"top5_error", info.top5_error},
                       {"top_k", info.top_k},
                       {"loss", info.loss},
                       {"pictures", info.count},
                       {"ten_crop", info.ten_crop != 0},
                       {"images_per_second", info.images_per_second},
                       {"classes", names},
                       {"recall", recall},
                       {"confusion", rows},
                       {"worst", worst},
                       {"left_out", broken}});
}

std::string EvaluationText(const Evaluation& evaluation) {
  const EvaluationInfo info = evaluation.info();
  std::string text = fmt::format(
      "pictures     {}{}\ntop-1 error  {:.2f} %\ntop-{} error  {:.2f} %\n"
      "loss         {:.4f}\nspeed        {:.0f} images/s\n",
      info.count, info.ten_crop != 0 ? ", ten crops each" : "", info.top1_error,
      info.top_k, info.top5_error, info.loss, info.images_per_second);
  return text + "\n" + evaluation.confusion_text();
}

}  // namespace alexnet::cli
