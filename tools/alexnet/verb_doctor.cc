// alexnet doctor: what this machine has, and what is wrong with a data set.

#include <dlfcn.h>
#include <fmt/format.h>
#include <link.h>

#include <memory>
#include <string>
#include <vector>

#include "core/base/cpu.h"
#include "core/data/dataset.h"
#include "core/data/lint.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string data;
  int threads = 0;
  bool json = false;
};

// The paths of all shared libraries that this process has loaded.
std::vector<std::string> LoadedLibraries() {
  std::vector<std::string> paths;
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t, void* list) {
        if (info->dlpi_name[0] == '/') {
          static_cast<std::vector<std::string>*>(list)->push_back(
              info->dlpi_name);
        }
        return 0;
      },
      &paths);
  return paths;
}

Json DescribeMachine() {
  const CpuFeatures& cpu = HostCpu();
  Json features = Json::array();
  for (const auto& [name, present] :
       {std::pair("avx2", cpu.avx2), std::pair("fma", cpu.fma),
        std::pair("f16c", cpu.f16c), std::pair("avx512", cpu.avx512),
        std::pair("avx512_bf16", cpu.avx512_bf16)}) {
    if (present) features.push_back(name);
  }
  return {{"cpu", cpu.model},
          {"features", features},
          {"isa", cpu.isa},
          {"threads", AvailableCpus()},
          {"libraries", LoadedLibraries()}};
}

Json DescribeData(const LintReport& report) {
  Json findings = Json::array();
  for (const LintFinding& finding : report.findings) {
    constexpr const char* kLevels[] = {"info", "warning", "error"};
    findings.push_back({{"level", kLevels[static_cast<int>(finding.level)]},
                        {"check", finding.check},
                        {"message", finding.message},
                        {"files", finding.files},
                        {"count", finding.count}});
  }
  Json classes = Json::object();
  for (size_t i = 0; i < report.classes.size(); ++i) {
    classes[report.classes[i]] = report.class_counts[i];
  }
  return {{"pictures", report.pictures},
          {"validation_pictures", report.validation_pictures},
          {"classes", classes},
          {"ok", report.ok()},
          {"findings", findings}};
}

Status PrintMachine(const Json& machine) {
  std::string text = fmt::format("CPU        {}\nfeatures  ",
                                 machine["cpu"].get<std::string>());
  for (const auto& feature : machine["features"]) {
    text += " " + feature.get<std::string>();
  }
  text += fmt::format(
      "\nkernels    for {}\nthreads    {}\nGPU        none: "
      "this build computes on the CPU\nlibraries\n",
      machine["isa"].get<std::string>(), machine["threads"].get<int>());
  for (const auto& library : machine["libraries"]) {
    text += "  " + library.get<std::string>() + "\n";
  }
  return Print(text);
}

Status Run(const Arguments& arguments, Context& context) {
  Json document = DescribeMachine();
  if (arguments.data.empty()) {
    return arguments.json ? PrintJson(document) : PrintMachine(document);
  }
  DatasetOptions opening;
  opening.allow_empty_classes = true;
  ALEXNET_ASSIGN_OR_RETURN(const DataFolders data,
                           OpenData(arguments.data, opening));
  ProgressLine line;
  LintOptions options;
  options.threads = arguments.threads;
  options.progress = CountProgress(line, "looked at");
  ALEXNET_ASSIGN_OR_RETURN(const LintReport report,
                           LintDataset(data, options, context.interrupt));
  line.Finish();
  if (arguments.json) {
    document["data"] = DescribeData(report);
    ALEXNET_RETURN_IF_ERROR(PrintJson(document));
  } else {
    ALEXNET_RETURN_IF_ERROR(Print(LintText(report)));
  }
  if (report.ok()) return Status();
  return FailedPreconditionError(
             "the data set has errors, listed above; mend them before training")
      .WithFile(arguments.data);
}

}  // namespace

void AddDoctor(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "doctor", "Say what was found on this machine, or lint a data set");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("DIR", arguments->data, "A data set to look through");
  verb->add_option("--threads", arguments->threads, "0: all there are")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Context& context) { return Run(*arguments, context); };
  });
}

}  // namespace alexnet::cli
