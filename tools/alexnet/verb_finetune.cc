// alexnet finetune: a trained network learns new classes.

#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/train_arguments.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> freeze;
  FinetuneOptions options;
  TrainArguments train;
};

void Run(Arguments& arguments, Setting& setting) {
  const Model model = Model::load(arguments.model);
  std::vector<const char*> freeze;
  for (const std::string& name : arguments.freeze) {
    freeze.push_back(name.c_str());
  }
  arguments.options.freeze = freeze.data();
  arguments.options.freeze_count = freeze.size();
  ProgressListener listener;
  const TrainReport report =
      finetune(model, arguments.options, arguments.train.Complete(setting.log),
               &listener, setting.limits);
  listener.Finish();
  Print(SummaryText(report, arguments.train.out));
}

}  // namespace

void AddFinetune(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "finetune", "Teach a trained model the classes of a folder");
  auto arguments = std::make_shared<Arguments>();
  arguments->options.head_rate = 10;
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  verb->add_option("DIR", arguments->train.data,
                   "One folder per class, or train/ and val/, or shards")
      ->required();
  verb->add_option("--freeze", arguments->freeze,
                   "Layers that do not learn, e.g. conv1,conv2; ..conv5: all "
                   "up to conv5; none; default: chosen and said")
      ->delimiter(',');
  verb->add_option("--head-rate", arguments->options.head_rate,
                   "Rate of the new layer, times the others'")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  AddTrainArguments(*verb, arguments->train);
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
