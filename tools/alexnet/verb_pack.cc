// alexnet pack: pictures into WebDataset shards.

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/progress.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string source;
  std::string out;
  PackOptions options;
};

void Run(Asked& asked, Setting& setting) {
  const Dataset data(asked.source);
  asked.options.context = setting.log.get();
  ProgressLine line;
  const PackReport report = data.pack(asked.out, asked.options, setting.limits,
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
                  asked.out));
}

}  // namespace

Action DeclarePack(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments
      .Positional("DIR", asked->source,
                  "A data set: folders, a list, CIFAR's or MNIST's files")
      .Required();
  arguments.Positional("OUT", asked->out, "Folder for the shards").Required();
  PackOptions& options = asked->options;
  // BEGIN options: cli.options pack_options to=options
  arguments.Number(
      "--resize", options.resize, 256, 8, 4'096,
      "The shorter side, and the square that is cut out, in pixels");
  arguments.Number("--quality", options.quality, 92, 1, 100,
                   "Quality of the JPEGs");
  arguments.Number("--shard-size", options.shard_samples, 4'096, 1, 1'048'576,
                   "Pictures in a shard");
  arguments.Number(
      "--threads", options.threads, 0, 0, 1'024,
      "Threads that decode pictures; 0: as many as the process may use");
  arguments.Number(
      "--max-pixels", options.max_pixels, 100'000'000, 1,
      "Most pixels of a picture; one that has more counts as broken");
  arguments.Number("--seed", options.seed, 0, 0,
                   "What the order in the shards starts from; they are "
                   "shuffled, so that reading them in order is as good");
  arguments.Flag("--strict", options.strict,
                 "Stops at the first broken picture");
  // END options
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
