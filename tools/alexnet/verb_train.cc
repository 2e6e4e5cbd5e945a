// alexnet train: a network learns a folder of pictures.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/network_edits.h"
#include "tools/alexnet/train_arguments.h"
#include "tools/alexnet/training_run.h"

namespace alexnet::cli {
namespace {

struct Asked {
  std::string preset;
  NetworkEdits edits;
  std::optional<Network> edited;
  TrainArguments train;
};

// A network of one's own has to have as many classes as the data.
void EditNetwork(Asked& asked) {
  TrainOptions& options = asked.train.options;
  const auto classes = Dataset(asked.train.data).classes().size();
  asked.edited =
      Network::preset(asked.preset.empty() ? "alexnet" : asked.preset,
                      static_cast<int64_t>(classes), options.input_size);
  asked.edits.Make(*asked.edited);
  options.network = asked.edited->get();
  options.input_size = 0;
}

void Run(Asked& asked, Setting& setting) {
  if (asked.edits.any()) {
    EditNetwork(asked);
  } else if (!asked.preset.empty()) {
    asked.train.options.preset = asked.preset.c_str();
  }
  const TrainOptions& options = asked.train.Complete(setting.log);
  CarryOut(asked.train, [&](TrainListener* listener) {
    return train(options, listener, setting.limits);
  });
}

}  // namespace

Action DeclareTrain(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments
      .Positional(
          "DIR", asked->train.data,
          "One folder per class, or train/ and val/, or shards, or a list")
      .Required();
  arguments.Text("--preset", asked->preset,
                 "See: alexnet presets; by default alexnet");
  TrainOptions& options = asked->train.options;
  // BEGIN options: cli.options train_options to=options only=input_size
  arguments.Number(
      "--input-size", options.input_size, 0, 0, 4'096,
      "Side of the preset's square input, in pixels; 0: the preset's own");
  // END options
  AddNetworkEdits(arguments, asked->edits);
  AddTrainArguments(arguments, asked->train);
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
