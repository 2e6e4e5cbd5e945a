// alexnet pack: pictures into WebDataset shards.

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "core/data/dataset.h"
#include "core/data/pack.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string source;
  std::string out;
  PackOptions options;
};

Status Run(const Arguments& arguments, Context& context) {
  ALEXNET_ASSIGN_OR_RETURN(const DataFolders data, OpenData(arguments.source));
  ProgressLine line;
  PackOptions options = arguments.options;
  options.progress = CountProgress(line, "packed");
  ALEXNET_ASSIGN_OR_RETURN(
      const std::vector<PackReport> reports,
      PackData(data, options, arguments.out, context.interrupt));
  line.Finish();
  for (const PackReport& report : reports) {
    for (const BrokenPicture& broken : report.broken) {
      context.log.Warning(
          fmt::format("left out {}: {}", broken.name, broken.reason));
    }
    ALEXNET_RETURN_IF_ERROR(Print(fmt::format(
        "{} pictures in {} shards, {:.1f} MiB, {:.0f} images/s{}\n",
        report.pictures, report.shards,
        static_cast<double>(report.bytes) / (1 << 20), report.images_per_second,
        report.resumed > 0
            ? fmt::format(" ({} were packed before)", report.resumed)
            : "")));
  }
  return Print(
      fmt::format("Shards and dataset.json are in {}\n", arguments.out));
}

}  // namespace

void AddPack(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "pack", "Make WebDataset shards of 256-pixel JPEGs from pictures");
  auto arguments = std::make_shared<Arguments>();
  PackOptions& options = arguments->options;
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
  verb->add_flag("--strict", options.quarantine.strict,
                 "Stop at the first broken picture");
  verb->callback([&action, arguments] {
    action = [arguments](Context& context) { return Run(*arguments, context); };
  });
}

}  // namespace alexnet::cli
