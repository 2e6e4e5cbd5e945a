// alexnet bench: how fast a network runs or trains here.

#include <fmt/format.h>

#include <map>
#include <memory>
#include <string>

#include "core/train/benchmark.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  BenchmarkOptions options;
  std::string save;
  bool json = false;
};

const char* ModeName(BenchmarkMode mode) {
  return mode == BenchmarkMode::kTraining ? "train" : "infer";
}

nlohmann::ordered_json ReportJson(const BenchmarkReport& report,
                                  BenchmarkMode mode) {
  return {{"network", report.network},
          {"mode", ModeName(mode)},
          {"backend", report.backend},
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
          {"peak_memory_bytes", report.peak_memory_bytes}};
}

std::string ReportText(const BenchmarkReport& report, BenchmarkMode mode) {
  constexpr double kMebibyte = 1 << 20;
  return fmt::format(
      "{} {}, batch {}, {} threads on {}\n"
      "  {:.1f} images/s   {:.2f} ms median of {}   {:.2f} ms least\n"
      "  {:.1f} GMAC/s   peak memory {:.0f} MiB (weights {:.0f} MiB, arena "
      "{:.0f} MiB)\n",
      report.network, ModeName(mode), report.batch, report.threads,
      report.backend, report.images_per_second, report.milliseconds,
      report.runs, report.least_milliseconds, report.macs_per_second / 1e9,
      static_cast<double>(report.peak_memory_bytes) / kMebibyte,
      static_cast<double>(report.parameter_bytes) / kMebibyte,
      static_cast<double>(report.arena_bytes) / kMebibyte);
}

Status Run(const Arguments& arguments, Context& context) {
  const BenchmarkOptions& options = arguments.options;
  if (!arguments.save.empty()) {
    ALEXNET_RETURN_IF_ERROR(
        SaveInitialModel(options.preset, options.seed, arguments.save));
  }
  ALEXNET_ASSIGN_OR_RETURN(const BenchmarkReport report,
                           RunBenchmark(options, context.interrupt));
  return arguments.json ? PrintJson(ReportJson(report, options.mode))
                        : Print(ReportText(report, options.mode));
}

}  // namespace

void AddBench(CLI::App& app, Action& action) {
  CLI::App* verb =
      app.add_subcommand("bench", "Time inference or training of a network");
  auto arguments = std::make_shared<Arguments>();
  BenchmarkOptions& options = arguments->options;
  CLI::Option* preset =
      verb->add_option("--preset", options.preset, "See: alexnet presets")
          ->capture_default_str();
  verb->add_option("--model", options.model, "Time this .alexnet file instead")
      ->excludes(preset);
  static const std::map<std::string, BenchmarkMode> kModes = {
      {"infer", BenchmarkMode::kInference},
      {"train", BenchmarkMode::kTraining}};
  verb->add_option("--mode", options.mode, "infer or train")
      ->transform(CLI::CheckedTransformer(kModes));
  AddSessionArguments(*verb, options.session);
  verb->add_option("--seconds", options.seconds, "At least this long")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
  verb->add_option("--save", arguments->save,
                   "Also write the preset with its initial values here");
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Context& context) { return Run(*arguments, context); };
  });
}

}  // namespace alexnet::cli
