// alexnet verify: is a model file whole, and does this machine compute it
// right?

#include <fmt/format.h>

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string model;
  SessionOptions options;
  bool json = false;
};

std::string ReportText(const Json& report) {
  std::string text = fmt::format(
      "{}: {}, {} tensors, {:.1f} MiB\nhashes      {}\n",
      report["path"].get<std::string>(), report["network"].get<std::string>(),
      report["tensors"].get<int64_t>(),
      report["file_bytes"].get<double>() / (1 << 20),
      report["hashes"].get<std::string>());
  for (const Json& damage : report["damage"]) {
    text += "  " + damage.get<std::string>() + "\n";
  }
  text += "self-check  " + report["self_check"].get<std::string>();
  if (report.contains("self_check_error")) {
    text += fmt::format(" on {}: largest relative error {:.1e}, {:.1e} allowed",
                        report["backend"].get<std::string>(),
                        report["self_check_error"].get<double>(),
                        report["self_check_tolerance"].get<double>());
    const auto message = report["self_check_message"].get<std::string>();
    if (!message.empty()) text += "\n  " + message;
  }
  return text + "\n";
}

void Run(const Arguments& arguments, Setting& setting) {
  const VerifyResult result =
      verify_file(arguments.model, arguments.options, setting.limits);
  const Json report = Json::parse(result.json);
  arguments.json ? PrintJson(report) : Print(ReportText(report));
  if (result.ok) return;
  throw Failure(arguments.model + ": " +
                (report["hashes"] == "failed"
                     ? "the file is damaged; take it from a copy"
                     : "this machine or build does not compute the model "
                       "right"));
}

}  // namespace

void AddVerify(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "verify", "Check a model file's hashes and run its self-check");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  AddSessionArguments(*verb, arguments->options);
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
