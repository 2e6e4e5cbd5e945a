// alexnet doctor: what this machine has, and what is wrong with a data set.

#include <fmt/core.h>

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/printable.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string data;
  LintOptions options;
  bool json = false;
};

std::string GpuText(const Json& machine) {
  const Json& cuda = machine.At("cuda");
  const std::string problem = cuda.At("problem").Text();
  std::string text;
  for (const Json& device : machine.At("devices").Elements()) {
    const std::string name = device.At("name").Text();
    if (!name.starts_with("cuda")) continue;
    text += fmt::format("{:<10} {}\n", name, device.At("description").Text());
  }
  if (!problem.empty()) text += fmt::format("GPU        none: {}\n", problem);
  const std::string driver = cuda.At("driver").Text();
  if (!driver.empty()) {
    text += fmt::format("driver     for CUDA {}\n", driver);
  }
  for (const Json& library : cuda.At("libraries").Elements()) {
    const std::string why = library.At("problem").Text();
    text += fmt::format(
        "{:<10} {}\n", library.At("name").Text(),
        why.empty() ? fmt::format("{} at {}", library.At("version").Text(),
                                  library.At("path").Text())
                    : "not usable: " + why);
  }
  return text;
}

std::string MpiText(const Json& mpi) {
  const std::string problem = mpi.At("problem").Text();
  return fmt::format("MPI        {}\n",
                     problem.empty()
                         ? fmt::format("{} by {}", mpi.At("library").Text(),
                                       mpi.At("plugin").Text())
                         : "none: " + problem);
}

std::string MachineText(const Json& machine) {
  std::string text =
      fmt::format("CPU        {}\nfeatures  ", machine.At("cpu").Text());
  for (const Json& feature : machine.At("features").Elements()) {
    text += " " + feature.Text();
  }
  text += fmt::format(
      "\nkernels    for {}\nthreads    {}\n{}{}alexnet    {}, {}\nlibraries\n",
      machine.At("isa").Text(), machine.At("threads").Integer(),
      GpuText(machine), MpiText(machine.At("mpi")),
      machine.At("version").Text(), machine.At("library").Text());
  for (const Json& library : machine.At("libraries").Elements()) {
    text += "  " + library.Text() + "\n";
  }
  return text;
}

void Run(const Asked& asked, Setting& setting) {
  Json machine = Json::Parse(system_json());
  if (asked.data.empty()) {
    asked.json ? PrintJson(machine) : Print(MachineText(machine));
    return;
  }
  const Dataset data(asked.data, /*allow_empty_classes=*/true);
  ProgressLine line;
  const LintResult result = data.lint(asked.options, setting.limits,
                                      CountProgress(line, "looked at"));
  line.Finish();
  if (asked.json) {
    machine.Set("data", Json::Parse(result.json));
    PrintJson(machine);
  } else {
    Print(Printable(result.text, LineBreaks::kKept));
  }
  if (result.ok) return;
  throw Failure(asked.data +
                ": the data set has errors, listed above; mend them before "
                "training");
}

}  // namespace

Action DeclareDoctor(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("DIR", asked->data, "A data set to look through");
  LintOptions& options = asked->options;
  // BEGIN options: cli.options lint_options to=options
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Threads that decode pictures; 0: as many as the process may use");
  arguments.Number(
      "--max-pixels", options.max_pixels, 100'000'000, 1,
      "Most pixels of a picture; one that has more counts as broken");
  // END options
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
