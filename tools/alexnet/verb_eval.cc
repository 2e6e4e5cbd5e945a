// alexnet eval: a model's errors on a data set.

#include <memory>
#include <string>

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

void Run(Arguments& arguments, Setting& setting) {
  const Model model = Model::load(arguments.model);
  const Dataset data(arguments.data);
  arguments.options.context = setting.log.get();
  ProgressLine line;
  const Evaluation evaluation =
      evaluate(model, data, arguments.options, setting.limits,
               CountProgress(line, "evaluated"));
  line.Finish();
  arguments.json ? PrintJson(EvaluationJson(evaluation))
                 : Print(EvaluationText(evaluation));
}

}  // namespace

void AddEval(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "eval", "Top-1 and top-5 error of a model on labelled pictures");
  auto arguments = std::make_shared<Arguments>();
  EvaluateOptions& options = arguments->options;
  options.max_pixels = 100'000'000;
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  verb->add_option("DIR", arguments->data,
                   "A data set; of train/ and val/ the latter is used")
      ->required();
  verb->add_flag("--ten-crop", options.ten_crop,
                 "Average over ten views of each picture");
  AddSessionArguments(*verb, options);
  verb->add_option("--loader-threads", options.loader_threads,
                   "Threads that decode pictures; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--max-pixels", options.max_pixels, "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--strict", options.strict,
                 "Stop at the first broken picture");
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
