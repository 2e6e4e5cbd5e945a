
#include "core/base/json.h"
#include "core/data/lint.h"

namespace alexnet {
namespace {

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
  Json findings = Json::Array();
  for (const LintFinding& finding : report.findings) {
    findings.Append({{"level", LevelName(finding.level)},
                     {"check", finding.check},
                     {"message", finding.message},
                     {"files", finding.files},
                     {"count", finding.count}});
  }
  Json::Members classes;
  for (size_t i = 0; i < report.classes.size(); ++i) {
    classes.emplace_back(report.classes[i], report.class_counts[i]);
  }
  const Json json = {{"pictures", report.pictures},
                     {"validation_pictures", report.validation_pictures},
                     {"classes", Json::Object(std::move(classes))},
                     {"ok", report.ok()},
                     {"findings", findings}};
  // Names of files may be any bytes.
  return json.Text(2);
}

}  // namespace alexnet
