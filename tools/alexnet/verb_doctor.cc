// alexnet doctor: what this machine has, and what is wrong with a data set.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Arguments {
  std::string data;
  LintOptions options;
  bool json = false;
};

std::string GpuText(const Json& machine) {
  const Json& cuda = machine["cuda"];
  const std::string problem = cuda["problem"].get<std::string>();
  std::string text;
  for (const Json& device : machine["devices"]) {
    const std::string name = device["name"].get<std::string>();
    if (!name.starts_with("cuda")) continue;
    text += fmt::format("{:<10} {}\n", name,
                        device["description"].get<std::string>());
  }
  if (!problem.empty()) text += fmt::format("GPU        none: {}\n", problem);
  const std::string driver = cuda["driver"].get<std::string>();
  if (!driver.empty()) {
    text += fmt::format("driver     for CUDA {}\n", driver);
  }
  for (const Json& library : cuda["libraries"]) {
    const std::string why = library["problem"].get<std::string>();
    text += fmt::format(
        "{:<10} {}\n", library["name"].get<std::string>(),
        why.empty()
            ? fmt::format("{} at {}", library["version"].get<std::string>(),
                          library["path"].get<std::string>())
            : "not usable: " + why);
  }
  return text;
}

std::string MachineText(const Json& machine) {
  std::string text = fmt::format("CPU        {}\nfeatures  ",
                                 machine["cpu"].get<std::string>());
  for (const Json& feature : machine["features"]) {
    text += " " + feature.get<std::string>();
  }
  text += fmt::format(
      "\nkernels    for {}\nthreads    {}\n{}alexnet    {}, {}\nlibraries\n",
      machine["isa"].get<std::string>(), machine["threads"].get<int>(),
      GpuText(machine), machine["version"].get<std::string>(),
      machine["library"].get<std::string>());
  for (const Json& library : machine["libraries"]) {
    text += "  " + library.get<std::string>() + "\n";
  }
  return text;
}

void Run(const Arguments& arguments, Setting& setting) {
  Json machine = Json::parse(system_json());
  if (arguments.data.empty()) {
    arguments.json ? PrintJson(machine) : Print(MachineText(machine));
    return;
  }
  const Dataset data(arguments.data, /*allow_empty_classes=*/true);
  ProgressLine line;
  const LintResult result = data.lint(arguments.options, setting.limits,
                                      CountProgress(line, "looked at"));
  line.Finish();
  if (arguments.json) {
    machine["data"] = Json::parse(result.json);
    PrintJson(machine);
  } else {
    Print(result.text);
  }
  if (result.ok) return;
  throw Failure(arguments.data +
                ": the data set has errors, listed above; mend them before "
                "training");
}

}  // namespace

void AddDoctor(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "doctor", "Say what was found on this machine, or lint a data set");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("DIR", arguments->data, "A data set to look through");
  verb->add_option("--threads", arguments->options.threads, "0: all there are")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
