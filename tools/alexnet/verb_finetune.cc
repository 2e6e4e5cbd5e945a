// alexnet finetune: a trained network learns new classes.

#include <memory>
#include <string>
#include <vector>

#include "core/train/finetune.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/train_arguments.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

Status Run(const std::string& path, FinetuneOptions options,
           Context& context) {
  ALEXNET_ASSIGN_OR_RETURN(options.model, LoadModel(path));
  ProgressListener listener(context.log);
  Result<TrainSummary> summary =
      Finetune(options, &listener, context.interrupt);
  listener.Finish();
  if (!summary.ok()) return summary.status();
  return Print(SummaryText(*summary));
}

}  // namespace

void AddFinetune(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "finetune", "Teach a trained model the classes of a folder");
  auto options = std::make_shared<FinetuneOptions>();
  auto path = std::make_shared<std::string>();
  auto freeze = std::make_shared<std::vector<std::string>>();
  verb->add_option("MODEL", *path, "A .alexnet file")->required();
  verb->add_option("DIR", options->train.data,
                   "One folder per class, or train/ and val/, or shards")
      ->required();
  verb->add_option("--freeze", *freeze,
                   "Layers that do not learn, e.g. conv1,conv2; ..conv5: all "
                   "up to conv5; none; default: chosen and said")
      ->delimiter(',');
  verb->add_option("--head-rate", options->head_rate,
                   "Rate of the new layer, times the others'")
      ->capture_default_str();
  AddTrainArguments(*verb, options->train);
  verb->callback([&action, path, options, freeze] {
    if (!freeze->empty()) options->freeze = *freeze;
    action = [path, options](Context& context) {
      return Run(*path, *options, context);
    };
  });
}

}  // namespace alexnet::cli
