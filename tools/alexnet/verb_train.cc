// alexnet train: a network learns a folder of pictures.

#include <memory>

#include "core/train/trainer.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/train_arguments.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

Status Run(const TrainOptions& options, Context& context) {
  ProgressListener listener(context.log);
  Result<TrainSummary> summary = Train(options, &listener, context.interrupt);
  listener.Finish();
  if (!summary.ok()) return summary.status();
  return Print(SummaryText(*summary));
}

}  // namespace

void AddTrain(CLI::App& app, Action& action) {
  CLI::App* verb =
      app.add_subcommand("train", "Train a network on a folder of pictures");
  auto options = std::make_shared<TrainOptions>();
  verb->add_option("DIR", options->data,
                   "One folder per class, or train/ and val/, or shards")
      ->required();
  verb->add_option("--preset", options->preset, "See: alexnet presets")
      ->capture_default_str();
  verb->add_option("--input-size", options->input_size,
                   "Square input in pixels; 0: the preset's")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  AddTrainArguments(*verb, *options);
  verb->callback([&action, options] {
    action = [options](Context& context) { return Run(*options, context); };
  });
}

}  // namespace alexnet::cli
