// alexnet predict: the likeliest classes of pictures.

#include <fmt/format.h>

#include <memory>
#include <string>
#include <vector>

#include "core/infer/predictor.h"
#include "core/model/model.h"
#include "tools/alexnet/cli.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

struct Arguments {
  std::string model;
  std::vector<std::string> pictures;
  PredictorOptions options;
  bool json = false;
};

Status Run(const Arguments& arguments, Context& context) {
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                           LoadModel(arguments.model));
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Predictor> predictor,
                           Predictor::Create(model, arguments.options));
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  int64_t failed = 0;
  Status output;
  ALEXNET_RETURN_IF_ERROR(predictor->PredictFiles(
      arguments.pictures, context.interrupt,
      [&](const FilePrediction& prediction) {
        if (!prediction.status.ok()) {
          ++failed;
          context.log.Log(LogLevel::kError, prediction.status.ToString());
        }
        if (arguments.json) {
          document.push_back(PredictionJson(prediction));
        } else if (output.ok()) {
          output = Print(PredictionText(prediction));
        }
      }));
  if (arguments.json) output = PrintJson(document);
  ALEXNET_RETURN_IF_ERROR(output);
  if (failed == 0) return Status();
  return InvalidArgumentError(fmt::format("{} of {} pictures could not be read",
                                          failed, arguments.pictures.size()));
}

}  // namespace

void AddPredict(CLI::App& app, Action& action) {
  CLI::App* verb =
      app.add_subcommand("predict", "The likeliest classes of pictures");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("MODEL", arguments->model, "A .alexnet file")->required();
  verb->add_option("IMAGE", arguments->pictures, "JPEG or PNG files")
      ->required();
  verb->add_option("--top", arguments->options.top, "Classes to print")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--ten-crop", arguments->options.ten_crop,
                 "Average over ten views of each picture");
  AddSessionArguments(*verb, arguments->options.session);
  verb->add_option("--max-pixels", arguments->options.max_pixels,
                   "Refuse larger pictures")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Context& context) { return Run(*arguments, context); };
  });
}

}  // namespace alexnet::cli
