// alexnet predict: the likeliest classes of pictures.

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string model;
  FilesToPredict files;
  SessionOptions options;
  bool json = false;
};

void Run(Arguments& arguments, Setting& setting) {
  const Model model = Model::load(arguments.model);
  if (model.info().classifies == 0) {
    throw Failure(arguments.model +
                  ": the network does not end in a softmax, so it gives no "
                  "class probabilities");
  }
  Session session(model, arguments.options);
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  int64_t failed = 0;
  PredictFiles(session, arguments.files, setting.limits,
               [&](const FilePrediction& prediction) {
                 if (!prediction.error.empty()) {
                   ++failed;
                   Complain("error: " + prediction.error);
                 }
                 if (arguments.json) {
                   document.push_back(PredictionJson(prediction));
                 } else {
                   Print(PredictionText(prediction));
                 }
               });
  if (arguments.json) PrintJson(document);
  if (failed == 0) return;
  throw Failure(fmt::format("{} of {} pictures could not be read", failed,
                            arguments.files.paths.size()));
}

}  // namespace

void AddPredict(CLI::App& app, Action& action) {
  CLI::App* verb =
      app.add_subcommand("predict", "The likeliest classes of pictures");
  auto arguments = std::make_shared<Arguments>();
  arguments->files.max_pixels = 100'000'000;
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  verb->add_option("IMAGE", arguments->files.paths, "JPEG or PNG files")
      ->required();
  verb->add_option("--top", arguments->files.top, "Classes to print")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--ten-crop", arguments->options.ten_crop,
                 "Average over ten views of each picture");
  AddSessionArguments(*verb, arguments->options);
  verb->add_option("--max-pixels", arguments->files.max_pixels,
                   "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
