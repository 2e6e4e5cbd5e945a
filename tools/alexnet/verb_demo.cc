// alexnet demo: the whole road on pictures that the program draws.

#include <fmt/format.h>

#include <memory>

#include "core/train/demo.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/evaluation_output.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/training_output.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  DemoOptions options;
  bool json = false;
};

nlohmann::ordered_json ReportJson(const DemoReport& report) {
  nlohmann::ordered_json document = EvaluationJson(report.evaluation);
  nlohmann::ordered_json predictions = nlohmann::ordered_json::array();
  for (const DemoPrediction& each : report.predictions) {
    nlohmann::ordered_json prediction = PredictionJson(each.prediction);
    prediction["truth"] = each.truth;
    predictions.push_back(prediction);
  }
  document["predictions"] = predictions;
  document["data"] = report.data_path;
  document["model"] = report.model_path;
  document["metrics"] = report.train.metrics_path;
  document["seconds"] = report.seconds;
  return document;
}

std::string ReportText(const DemoReport& report) {
  std::string text = "Held-out pictures, none of which it has seen:\n\n" +
                     EvaluationText(report.evaluation) + "\n";
  for (const DemoPrediction& each : report.predictions) {
    text += fmt::format("A picture of class {}: ", each.truth) +
            PredictionText(each.prediction);
  }
  return text +
         fmt::format(
             "\nDone in {}.\npictures  {}\nmodel     {}\ncurves    {}\n\n"
             "Now your own: alexnet train FOLDER --preset alexnet_small --out "
             "RUN\n",
             FormatSeconds(report.seconds), report.data_path, report.model_path,
             report.train.metrics_path);
}

Status Run(const Arguments& arguments, Context& context) {
  ProgressListener listener(context.log);
  Result<DemoReport> report =
      RunDemo(arguments.options, &listener, context.interrupt);
  listener.Finish();
  if (!report.ok()) return report.status();
  return arguments.json ? PrintJson(ReportJson(*report))
                        : Print(ReportText(*report));
}

}  // namespace

void AddDemo(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "demo", "Draw pictures, learn them, evaluate and predict");
  auto arguments = std::make_shared<Arguments>();
  DemoOptions& options = arguments->options;
  verb->add_option("--out", options.out, "Folder for pictures and the run")
      ->capture_default_str();
  verb->add_option("--seed", options.seed, "Of pictures and training")
      ->capture_default_str();
  verb->add_option("--threads", options.threads, "Compute threads; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_option("--epochs", options.epochs, "0: enough for above 90 %")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Context& context) { return Run(*arguments, context); };
  });
}

}  // namespace alexnet::cli
