
#include "core/base/json.h"
#include "core/infer/verify.h"

namespace alexnet {
namespace {

const char* OutcomeName(VerifyOutcome outcome) {
  switch (outcome) {
    case VerifyOutcome::kPassed:
      return "passed";
    case VerifyOutcome::kFailed:
      return "failed";
    case VerifyOutcome::kAbsent:
      return "absent";
  }
  return "";
}

}  // namespace

std::string VerifyJson(const VerifyReport& report) {
  Json json = {{"path", report.path},
               {"ok", report.ok()},
               {"network", report.network},
               {"file_bytes", report.file_bytes},
               {"tensors", report.tensors},
               {"tensor_bytes", report.tensor_bytes},
               {"hashes", OutcomeName(report.hashes)},
               {"damage", report.damage},
               {"self_check", OutcomeName(report.self_check)},
               {"device", report.device},
               {"seconds", report.seconds}};
  if (report.self_check != VerifyOutcome::kAbsent) {
    json["self_check_error"] = report.self_check_error;
    json["self_check_tolerance"] = report.self_check_tolerance;
    json["self_check_message"] = report.self_check_message;
  }
  // A path may be any bytes.
  return json.Text(2);
}

}  // namespace alexnet
