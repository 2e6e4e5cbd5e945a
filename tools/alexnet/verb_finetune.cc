// alexnet finetune: a trained network learns new classes.

#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/train_arguments.h"
#include "tools/alexnet/training_run.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string model;
  std::vector<std::string> freeze;
  FinetuneOptions options;
  TrainArguments train;
};

void Run(Asked& asked, Setting& setting) {
  const Model model = Model::load(asked.model);
  std::vector<const char*> freeze;
  for (const std::string& name : asked.freeze) {
    freeze.push_back(name.c_str());
  }
  asked.options.freeze = freeze.data();
  asked.options.freeze_count = freeze.size();
  if (!asked.train.given->Given("--head-rate")) asked.options.head_rate = 0;
  const TrainOptions& options = asked.train.Complete(setting.log);
  CarryOut(asked.train, [&](TrainListener* listener) {
    return finetune(model, asked.options, options, listener, setting.limits);
  });
}

}  // namespace

Action DeclareFinetune(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Positional("MODEL", asked->model, "A .alexnet file").Required();
  arguments
      .Positional(
          "DIR", asked->train.data,
          "One folder per class, or train/ and val/, or shards, or a list")
      .Required();
  arguments.Texts("--freeze", asked->freeze,
                  "Layers that do not learn, e.g. conv1,conv2; ..conv5: all up "
                  "to conv5; none; default: chosen and said");
  FinetuneOptions& options = asked->options;
  // BEGIN options: cli.options finetune_options to=options
  arguments.Number("--head-rate", options.head_rate, 10.0f, 1e-6f, 1e6f,
                   "Learning rate of the new layer, times the others'");
  // END options
  AddTrainArguments(arguments, asked->train);
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
