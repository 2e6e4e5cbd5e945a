// alexnet bench: how fast a network runs or trains here.

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string preset = "alexnet";
  std::string model;
  BenchmarkOptions options;
  double seconds = 5;
  std::string save;
  bool json = false;
};

const char* ModeName(const Arguments& arguments) {
  return arguments.options.training != 0 ? "train" : "infer";
}

nlohmann::ordered_json ReportJson(const BenchmarkReport& report,
                                  const char* mode) {
  return {{"network", report.network},
          {"mode", mode},
          {"backend", report.device},
          {"threads", report.threads},
          {"batch", report.batch},
          {"images_per_second", report.images_per_second},
          {"milliseconds", report.milliseconds},
          {"least_milliseconds", report.least_milliseconds},
          {"runs", report.runs},
          {"macs_per_second", report.macs_per_second},
          {"load_milliseconds", report.load_milliseconds},
          {"compile_milliseconds", report.compile_milliseconds},
          {"parameter_bytes", report.parameter_bytes},
          {"arena_bytes", report.arena_bytes},
          {"device_bytes", report.device_bytes},
          {"peak_memory_bytes", report.peak_memory_bytes}};
}

std::string ReportText(const BenchmarkReport& report, const char* mode) {
  constexpr double kMebibyte = 1 << 20;
  return fmt::format(
      "{} {}, batch {}, {} threads on {}\n"
      "  {:.1f} images/s   {:.2f} ms median of {}   {:.2f} ms least\n"
      "  {:.1f} GMAC/s   {:.0f} MiB on the device (parameters {:.0f}, "
      "activations and work space {:.0f})   peak of the process {:.0f} MiB\n",
      report.network, mode, report.batch, report.threads, report.device,
      report.images_per_second, report.milliseconds, report.runs,
      report.least_milliseconds, report.macs_per_second / 1e9,
      static_cast<double>(report.device_bytes) / kMebibyte,
      static_cast<double>(report.parameter_bytes) / kMebibyte,
      static_cast<double>(report.arena_bytes) / kMebibyte,
      static_cast<double>(report.peak_memory_bytes) / kMebibyte);
}

void Run(Arguments& arguments, Setting& setting) {
  BenchmarkOptions& options = arguments.options;
  options.preset = arguments.preset.c_str();
  if (!arguments.model.empty()) options.model = arguments.model.c_str();
  // Zero is the library's default, but here the fewest runs.
  options.seconds = std::max(arguments.seconds, 1e-9);
  if (!arguments.save.empty()) {
    Model::initial(Network::preset(arguments.preset), /*seed=*/1,
                   setting.limits)
        .save(arguments.save, {}, setting.limits);
  }
  const BenchmarkReport report = benchmark(options, setting.limits);
  arguments.json ? PrintJson(ReportJson(report, ModeName(arguments)))
                 : Print(ReportText(report, ModeName(arguments)));
}

}  // namespace

void AddBench(CLI::App& app, Action& action) {
  CLI::App* verb =
      app.add_subcommand("bench",
                         "Time inference or training of a network on synthetic "
                         "pictures, which on a GPU are there already");
  auto arguments = std::make_shared<Arguments>();
  CLI::Option* preset =
      verb->add_option("--preset", arguments->preset, "See: alexnet presets")
          ->capture_default_str();
  verb->add_option("--model", arguments->model,
                   "Time this .alexnet file instead")
      ->excludes(preset);
  static const std::map<std::string, int32_t> kModes = {{"infer", 0},
                                                        {"train", 1}};
  verb->add_option("--mode", arguments->options.training, "infer or train")
      ->transform(CLI::CheckedTransformer(kModes));
  AddSessionArguments(*verb, arguments->options);
  verb->add_option("--seconds", arguments->seconds, "At least this long")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  verb->add_option("--save", arguments->save,
                   "Also write the preset with its initial values here");
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
