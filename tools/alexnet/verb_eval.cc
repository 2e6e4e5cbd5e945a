// alexnet eval: a model's errors on a data set.

#include <fmt/format.h>

#include <memory>
#include <string>

#include "core/infer/evaluate.h"
#include "core/model/model.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/evaluation_output.h"
#include "tools/alexnet/progress.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string model;
  std::string data;
  EvaluateOptions options;
  bool json = false;
};

Status Run(const Arguments& arguments, Context& context) {
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                           LoadModel(arguments.model));
  ProgressLine line;
  EvaluateOptions options = arguments.options;
  options.feed.progress = CountProgress(line, "evaluated");
  ALEXNET_ASSIGN_OR_RETURN(
      const Evaluation evaluation,
      EvaluateFolder(model, arguments.data, options, context.interrupt));
  line.Finish();
  for (const BrokenPicture& broken : evaluation.broken) {
    context.log.Warning(
        fmt::format("left out {}: {}", broken.name, broken.reason));
  }
  return arguments.json ? PrintJson(EvaluationJson(evaluation))
                        : Print(EvaluationText(evaluation));
}

}  // namespace

void AddEval(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "eval", "Top-1 and top-5 error of a model on labelled pictures");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  verb->add_option("DIR", arguments->data,
                   "A data set; of train/ and val/ the latter is used")
      ->required();
  EvaluationFeed& feed = arguments->options.feed;
  verb->add_flag("--ten-crop", feed.ten_crop,
                 "Average over ten views of each picture");
  AddSessionArguments(*verb, arguments->options.session);
  verb->add_option("--loader-threads", feed.loader_threads,
                   "Threads that decode pictures; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--max-pixels", feed.max_pixels, "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--strict", feed.quarantine.strict,
                 "Stop at the first broken picture");
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Context& context) { return Run(*arguments, context); };
  });
}

}  // namespace alexnet::cli
