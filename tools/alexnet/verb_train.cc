// alexnet train: a network learns a folder of pictures.

#include <memory>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/train_arguments.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string preset = "alexnet";
  TrainArguments train;
};

void Run(Arguments& arguments, Setting& setting) {
  arguments.train.options.preset = arguments.preset.c_str();
  ProgressListener listener;
  const TrainReport report =
      train(arguments.train.Complete(setting.log), &listener, setting.limits);
  listener.Finish();
  Print(SummaryText(report, arguments.train.out));
}

}  // namespace

void AddTrain(CLI::App& app, Action& action) {
  CLI::App* verb =
      app.add_subcommand("train", "Train a network on a folder of pictures");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("DIR", arguments->train.data,
                   "One folder per class, or train/ and val/, or shards")
      ->required();
  verb->add_option("--preset", arguments->preset, "See: alexnet presets")
      ->capture_default_str();
  verb->add_option("--input-size", arguments->train.options.input_size,
                   "Square input in pixels; 0: the preset's")
      ->check(CLI::Range(0, 4096))
      ->capture_default_str();
  AddTrainArguments(*verb, arguments->train);
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
