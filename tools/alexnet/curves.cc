#include "tools/alexnet/curves.h"

#include <filesystem>

#include "tools/alexnet/run_curves.h"
#include "tools/alexnet/run_history.h"

namespace alexnet::cli {

Html CurvesBeside(const std::string& model, const std::string& network) {
  RunHistory history(
      (std::filesystem::path(model).parent_path() / "metrics.jsonl").string());
  history.Read();
  if (!history.start() || history.start()->network != network ||
      history.epochs().empty()) {
    return Html();
  }
  Html content = Paragraph("Of metrics.jsonl beside the model.");
  content += Charts(LossAndErrorCharts(history));
  return Section("Training", content);
}

}  // namespace alexnet::cli
