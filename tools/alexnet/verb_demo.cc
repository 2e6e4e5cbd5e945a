// alexnet demo: the whole road on pictures that the program draws.

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tools/alexnet/cli.h"
#include "tools/alexnet/evaluation_output.h"
#include "tools/alexnet/prediction_output.h"
#include "tools/alexnet/training_output.h"
#include "tools/alexnet/session_arguments.h"

namespace alexnet::cli {
namespace {

// Marks a folder as a demo's, which a later demo may write anew.
constexpr const char* kMarker = "alexnet-demo.txt";
constexpr const char* kMarkerText =
    "This folder was made by `alexnet demo`. Running the demo again with this "
    "folder replaces data/ and run/.\n";
constexpr int64_t kPredictions = 3;
// A little more than the preset asks for: 98 % in about a minute.
constexpr int32_t kEpochs = 22;

struct Arguments {
  std::string out = "alexnet-demo";
  uint64_t seed = 1;
  const char* device = nullptr;
  int32_t precision = 0;
  int32_t tune = 0;
  int32_t threads = 0;
  int32_t epochs = 0;
  bool json = false;

  std::string data() const { return out + "/data"; }
  std::string run() const { return out + "/run"; }
};

template <typename Options>
void SetDevice(const Arguments& arguments, Options& options) {
  options.device = arguments.device;
  options.precision = arguments.precision;
  options.tune = arguments.tune;
  options.threads = arguments.threads;
}

struct LabelledPrediction {
  std::string truth;
  FilePrediction prediction;
};

// Leaves the folder there, marked and without data/ and run/.
void PrepareFolder(const Arguments& arguments) {
  namespace fs = std::filesystem;
  const fs::path out = arguments.out;
  const fs::path marker = out / kMarker;
  try {
    if (!fs::exists(marker) && fs::exists(out) && !fs::is_empty(out)) {
      throw Failure(arguments.out +
                    ": the folder is there and not of an earlier demo; name "
                    "another with --out");
    }
    fs::remove_all(arguments.data());
    fs::remove_all(arguments.run());
    fs::create_directories(out);
  } catch (const fs::filesystem_error& error) {
    throw Failure(arguments.out +
                  ": the folder cannot be prepared: " + error.code().message());
  }
  std::ofstream file(marker);
  file << kMarkerText;
  file.close();
  if (!file) throw Failure(marker.string() + ": cannot be written");
}

TrainReport Learn(const Arguments& arguments, Setting& setting) {
  const std::string data = arguments.data();
  const std::string run = arguments.run();
  Recipe recipe;
  recipe.fields = ALEXNET_RECIPE_EPOCHS;
  recipe.epochs = arguments.epochs > 0 ? arguments.epochs : kEpochs;
  TrainOptions options;
  options.context = setting.log.get();
  options.data = data.c_str();
  options.out = run.c_str();
  options.preset = "alexnet_small";
  options.recipe = &recipe;
  options.seed = arguments.seed;
  SetDevice(arguments, options);
  ProgressListener listener;
  return train(options, &listener, setting.limits);
}

// Held-out pictures of different classes.
std::vector<LabelledPrediction> Predict(const Arguments& arguments,
                                        const Model& model, const Dataset& data,
                                        Setting& setting) {
  constexpr int32_t kPart = ALEXNET_PART_VALIDATION;
  const std::vector<std::string> classes = data.classes();
  FilesToPredict files;
  std::vector<LabelledPrediction> predictions;
  for (int64_t i = 0; i < kPredictions; ++i) {
    const int64_t index = data.size(kPart) * (2 * i + 1) / (2 * kPredictions);
    files.paths.push_back(arguments.data() + "/val/" + data.name(kPart, index));
    predictions.push_back(
        {classes[static_cast<size_t>(data.label(kPart, index))], {}});
  }
  SessionOptions options;
  SetDevice(arguments, options);
  Session session(model, options);
  size_t next = 0;
  PredictFiles(session, files, setting.limits,
               [&](const FilePrediction& prediction) {
                 predictions[next++].prediction = prediction;
               });
  return predictions;
}

struct Report {
  std::vector<LabelledPrediction> predictions;
  std::string data;
  std::string model;
  std::string metrics;
  double seconds = 0;
};

nlohmann::ordered_json ReportJson(const Report& report,
                                  const Evaluation& evaluation) {
  nlohmann::ordered_json document = EvaluationJson(evaluation);
  nlohmann::ordered_json predictions = nlohmann::ordered_json::array();
  for (const LabelledPrediction& each : report.predictions) {
    nlohmann::ordered_json prediction = PredictionJson(each.prediction);
    prediction["truth"] = each.truth;
    predictions.push_back(prediction);
  }
  document["predictions"] = predictions;
  document["data"] = report.data;
  document["model"] = report.model;
  document["metrics"] = report.metrics;
  document["seconds"] = report.seconds;
  return document;
}

std::string ReportText(const Report& report, const Evaluation& evaluation) {
  std::string text = "Held-out pictures, none of which it has seen:\n\n" +
                     EvaluationText(evaluation) + "\n";
  for (const LabelledPrediction& each : report.predictions) {
    text += fmt::format("A picture of class {}: ", each.truth) +
            PredictionText(each.prediction);
  }
  return text +
         fmt::format(
             "\nDone in {}.\npictures  {}\nmodel     {}\ncurves    {}\n\n"
             "Now your own: alexnet train FOLDER --preset alexnet_small --out "
             "RUN\n",
             FormatSeconds(report.seconds), report.data, report.model,
             report.metrics);
}

void Run(const Arguments& arguments, Setting& setting) {
  const auto start = std::chrono::steady_clock::now();
  PrepareFolder(arguments);
  ShapesOptions shapes;
  shapes.seed = arguments.seed;
  draw_shapes(arguments.data(), shapes, setting.limits);
  Learn(arguments, setting);

  Report report;
  report.data = arguments.data();
  report.model = BestPath(arguments.run());
  report.metrics = MetricsPath(arguments.run());
  const Model model = Model::load(report.model);
  const Dataset data(report.data);
  EvaluateOptions options;
  SetDevice(arguments, options);
  const Evaluation evaluation = evaluate(model, data, options, setting.limits);
  report.predictions = Predict(arguments, model, data, setting);
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  arguments.json ? PrintJson(ReportJson(report, evaluation))
                 : Print(ReportText(report, evaluation));
}

}  // namespace

void AddDemo(CLI::App& app, Action& action) {
  CLI::App* verb = app.add_subcommand(
      "demo", "Draw pictures, learn them, evaluate and predict");
  auto arguments = std::make_shared<Arguments>();
  verb->add_option("--out", arguments->out, "Folder for pictures and the run")
      ->capture_default_str();
  verb->add_option("--seed", arguments->seed, "Of pictures and training")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  AddDeviceArguments(*verb, *arguments);
  verb->add_option("--epochs", arguments->epochs, "0: enough for above 90 %")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  verb->add_flag("--json", arguments->json, "Print one JSON document");
  verb->callback([&action, arguments] {
    action = [arguments](Setting& setting) { Run(*arguments, setting); };
  });
}

}  // namespace alexnet::cli
