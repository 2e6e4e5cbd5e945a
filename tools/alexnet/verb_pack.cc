// alexnet pack: pictures into WebDataset shards.

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string source;
  std::string out;
  PackOptions options;
};

void Run(Arguments& arguments, Setting& setting) {
  const Dataset data(arguments.source);
  arguments.options.context = setting.log.get();
  ProgressLine line;
  const PackReport report =
      data.pack(arguments.out, arguments.options, setting.limits,
                CountProgress(line, "packed"));
  line.Finish();
  Print(
      fmt::format("{} pictures in {} shards, {:.1f} MiB, {:.0f} images/s{}\n"
                  "Shards and dataset.json are in {}\n",
                  report.pictures, report.shards,
                  static_cast<double>(report.bytes) / (1 << 20),
                  static_cast<double>(report.pictures - report.resumed) /
                      std::max(report.seconds, 1e-9),
                  report.resumed > 0
                      ? fmt::format(" ({} were packed before)", report.resumed)
                      : "",
                  arguments.out));
}

}  // namespace

void AddPack(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "pack", "Make WebDataset shards of 256-pixel JPEGs from pictures");
  auto arguments = std::make_shared<Arguments>();
  PackOptions& options = arguments->options;
  options.resize = 256;
  options.quality = 92;
  options.shard_samples = 4096;
  options.max_pixels = 100'000'000;
  verb->add_option("DIR", arguments->source, "Folder with one folder per class")
      ->required();
  verb->add_option("OUT", arguments->out, "Folder for the shards")->required();
  verb->add_option("--resize", options.resize,
                   "Shorter side, and side of the centre crop, in pixels")
      ->check(CLI::Range(8, 4096))
      ->capture_default_str();
  verb->add_option("--quality", options.quality, "JPEG quality")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  verb->add_option("--shard-size", options.shard_samples, "Pictures in a shard")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_option("--threads", options.threads, "0: all there are")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--seed", options.seed, "Of the order in the shards")
      ->capture_default_str();
  verb->add_option("--max-pixels", options.max_pixels, "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--strict", options.strict,
                 "Stop at the first broken picture");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
