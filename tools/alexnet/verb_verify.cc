// alexnet verify: is a model file whole, and does this machine compute it
// right?

#include <fmt/format.h>

#include <memory>
#include <string>

#include "core/infer/verify.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string model;
  SessionOptions session;
  bool json = false;
};

const char* OutcomeName(VerifyOutcome outcome) {
  switch (outcome) {
    case VerifyOutcome::kPassed:
      return "passed";
    case VerifyOutcome::kFailed:
      return "failed";
    case VerifyOutcome::kAbsent:
      return "absent";
  }
  return "unknown";
}

nlohmann::ordered_json ReportJson(const VerifyReport& report) {
  nlohmann::ordered_json document = {
      {"path", report.path},
      {"ok", report.ok()},
      {"network", report.network},
      {"file_bytes", report.file_bytes},
      {"tensors", report.tensors},
      {"tensor_bytes", report.tensor_bytes},
      {"hashes", OutcomeName(report.hashes)},
      {"damage", report.damage},
      {"self_check", OutcomeName(report.self_check)},
      {"backend", report.backend},
      {"seconds", report.seconds}};
  if (report.self_check != VerifyOutcome::kAbsent) {
    document["self_check_error"] = report.self_check_error;
    document["self_check_tolerance"] = report.self_check_tolerance;
  }
  return document;
}

std::string ReportText(const VerifyReport& report) {
  std::string text =
      fmt::format("{}: {}, {} tensors, {:.1f} MiB\nhashes      {}\n",
                  report.path, report.network, report.tensors,
                  static_cast<double>(report.file_bytes) / (1 << 20),
                  OutcomeName(report.hashes));
  for (const std::string& damage : report.damage) text += "  " + damage + "\n";
  text += fmt::format("self-check  {}", OutcomeName(report.self_check));
  if (report.self_check != VerifyOutcome::kAbsent) {
    text += fmt::format(" on {}: largest relative error {:.1e}, {:.1e} allowed",
                        report.backend, report.self_check_error,
                        report.self_check_tolerance);
  }
  if (!report.self_check_message.empty()) {
    text += "\n  " + report.self_check_message;
  }
  return text + "\n";
}

Status Run(const Arguments& arguments) {
  ALEXNET_ASSIGN_OR_RETURN(const VerifyReport report,
                           VerifyModelFile(arguments.model, arguments.session));
  ALEXNET_RETURN_IF_ERROR(arguments.json ? PrintJson(ReportJson(report))
                                         : Print(ReportText(report)));
  if (report.ok()) return Status();
  return DataLossError(
             report.hashes == VerifyOutcome::kFailed
                 ? "the file is damaged; take it from a copy"
                 : "this machine or build does not compute the model right")
      .WithFile(arguments.model);
}

}  // namespace

void AddVerify(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "verify", "Check a model file's hashes and run its self-check");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  AddSessionArguments(*verb, arguments->session);
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Context&) { return Run(*arguments); };
  });
}

}  // namespace alexnet::cli
