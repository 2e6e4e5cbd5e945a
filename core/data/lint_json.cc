#include <nlohmann/json.hpp>

#include "core/data/lint.h"

namespace alexnet {
namespace {

using Json = nlohmann::ordered_json;

const char* LevelName(LintLevel level) {
  switch (level) {
    case LintLevel::kInfo:
      return "info";
    case LintLevel::kWarning:
      return "warning";
    case LintLevel::kError:
      return "error";
  }
  return "";
}

}  // namespace

std::string LintJson(const LintReport& report) {
  Json findings = Json::array();
  for (const LintFinding& finding : report.findings) {
    findings.push_back({{"level", LevelName(finding.level)},
                        {"check", finding.check},
                        {"message", finding.message},
                        {"files", finding.files},
                        {"count", finding.count}});
  }
  Json classes = Json::object();
  for (size_t i = 0; i < report.classes.size(); ++i) {
    classes[report.classes[i]] = report.class_counts[i];
  }
  const Json json = {{"pictures", report.pictures},
                     {"validation_pictures", report.validation_pictures},
                     {"classes", classes},
                     {"ok", report.ok()},
                     {"findings", findings}};
  // Names of files may be any bytes.
  return json.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace alexnet
