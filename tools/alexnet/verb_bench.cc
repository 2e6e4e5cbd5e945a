// alexnet bench: how fast a network runs or trains here.

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/inspection_words.h"
#include "tools/alexnet/layer_shares.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string preset = "alexnet";
  std::string model;
  BenchmarkOptions options;
  std::string save;
  bool layers = false;
  bool json = false;
};

const char* ModeName(const Asked& asked) {
  return asked.options.training != 0 ? "train" : "infer";
}

Json CapturedJson(const BenchmarkReport& report) {
  return report.captured == 0 ? Json() : Json(report.captured > 0);
}

Json ReportJson(const BenchmarkReport& report, const char* mode) {
  return Json::Object({{"network", report.network},
                       {"mode", mode},
                       {"device", report.device},
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
                       {"peak_memory_bytes", report.peak_memory_bytes},
                       {"exchanged_bytes", report.exchanged_bytes},
                       {"captured", CapturedJson(report)}});
}

std::string ReportText(const BenchmarkReport& report, const char* mode) {
  constexpr double kMebibyte = 1 << 20;
  const bool several =
      std::string_view(report.device).find(',') != std::string_view::npos;
  const std::string exchanged =
      several
          ? fmt::format("  {:.3f} MiB exchanged a run\n",
                        static_cast<double>(report.exchanged_bytes) / kMebibyte)
          : "";
  const std::string captured =
      report.captured == 0 ? ""
                           : fmt::format("  captured as a CUDA graph: {}\n",
                                         report.captured > 0 ? "yes" : "no");
  return fmt::format(
      "{} {}, batch {}, {} on {}\n"
      "  {:.1f} images/s   {:.2f} ms median of {}   {:.2f} ms least\n"
      "  {:.1f} GMAC/s   {:.0f} MiB on the device (parameters {:.0f}, "
      "activations and work space {:.0f})   peak of the process {:.0f} "
      "MiB\n{}{}",
      report.network, mode, report.batch, Counted(report.threads, "thread"),
      report.device, report.images_per_second, report.milliseconds, report.runs,
      report.least_milliseconds, report.macs_per_second / 1e9,
      static_cast<double>(report.device_bytes) / kMebibyte,
      static_cast<double>(report.parameter_bytes) / kMebibyte,
      static_cast<double>(report.arena_bytes) / kMebibyte,
      static_cast<double>(report.peak_memory_bytes) / kMebibyte, captured,
      exchanged);
}

void TimeLayers(const Asked& asked, Setting& setting) {
  const BenchmarkOptions& from = asked.options;
  if (from.training != 0) {
    throw UsageError("--layers are timed in inference; leave --mode train out");
  }
  const Model model = asked.model.empty()
                          ? Model::initial(Network::preset(asked.preset),
                                           from.seed, setting.limits)
                          : Model::load(asked.model);
  SessionOptions options;
  options.device = from.device;
  options.devices = from.devices;
  options.threads = from.threads;
  options.batch = from.batch;
  options.weight_dtype = from.weight_dtype;
  options.precision = from.precision;
  options.tune = from.tune;
  options.parallel = from.parallel;
  const Json shares = [&] {
    const BusyLine line("timing");
    return LayerSharesJson(
        model, time_layers(model, options, from.seconds, setting.limits),
        options);
  }();
  asked.json ? PrintJson(shares) : Print(LayerSharesText(shares));
}

void Run(Asked& asked, Setting& setting) {
  if (asked.layers) return TimeLayers(asked, setting);
  BenchmarkOptions& options = asked.options;
  options.preset = asked.preset.c_str();
  if (!asked.model.empty()) options.model = asked.model.c_str();
  // Zero is the library's default, but here the fewest runs.
  options.seconds = std::max(options.seconds, 1e-9);
  if (!asked.save.empty()) {
    Model::initial(Network::preset(asked.preset), /*seed=*/1, setting.limits)
        .save(asked.save, {}, setting.limits);
  }
  const BenchmarkReport report = [&] {
    const BusyLine line("timing");
    return benchmark(options, setting.limits);
  }();
  asked.json ? PrintJson(ReportJson(report, ModeName(asked)))
             : Print(ReportText(report, ModeName(asked)));
}

}  // namespace

Action DeclareBench(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  DeclaredOption preset =
      arguments.Text("--preset", asked->preset, "See: alexnet presets");
  arguments.Text("--model", asked->model, "Time this .alexnet file instead")
      .Excludes(preset);
  BenchmarkOptions& options = asked->options;
  arguments.Choice("--mode", options.training, {{"infer", 0}, {"train", 1}},
                   "What is timed");
  // BEGIN options: cli.options benchmark_options to=options
  arguments.Text(
      "--device", options.device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Number("--batch", options.batch, 0, 0, 65'536,
                   "Pictures in one run; 0: 1, of training 128");
  arguments.Choice("--weights", options.weight_dtype,
                   {{"f32", ALEXNET_WEIGHTS_F32},
                    {"f16", ALEXNET_WEIGHTS_F16},
                    {"bf16", ALEXNET_WEIGHTS_BF16},
                    {"i8", ALEXNET_WEIGHTS_I8}},
                   "How the CPU keeps the weights of fully connected layers; "
                   "sums are float32; by default f32");
  arguments.Choice("--precision", options.precision,
                   {{"f32", ALEXNET_PRECISION_F32},
                    {"tf32", ALEXNET_PRECISION_TF32},
                    {"bf16", ALEXNET_PRECISION_BF16}},
                   "What a GPU computes in; by default f32");
  arguments.Flag("--tune", options.tune,
                 "Times a GPU's algorithms first and takes the fastest; runs "
                 "may then differ in their last bits");
  arguments.Number("--seconds", options.seconds, 5.0, 0, 3'600,
                   "At least this long, and five runs, after a warm-up");
  arguments.Number("--seed", options.seed, 1, 1, "What the values start from");
  arguments.Text("--devices", options.devices,
                 "Several devices that work together, in place of `device`, "
                 "with commas between: \"cpu,cpu\", or GPUs: "
                 "\"cuda:0,cuda:1\"; by default one, `device`");
  arguments.Choice(
      "--parallel", options.parallel,
      {{"data", ALEXNET_PARALLEL_DATA},
       {"towers", ALEXNET_PARALLEL_TOWERS},
       {"hybrid", ALEXNET_PARALLEL_HYBRID},
       {"hybrid_in_turn", ALEXNET_PARALLEL_HYBRID_IN_TURN},
       {"hybrid_sub_batches", ALEXNET_PARALLEL_HYBRID_SUB_BATCHES}},
      "How `devices` divide the network");
  // END options
  DeclaredOption save =
      arguments.Text("--save", asked->save,
                     "Also write the preset with its initial values here");
  arguments
      .Flag("--layers", asked->layers,
            "Time each layer alone, and show its kernel, its share of the "
            "time beside that of the arithmetic, and what the device could do")
      .Excludes(save);
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
