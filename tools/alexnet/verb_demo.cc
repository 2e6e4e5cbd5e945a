// alexnet demo: the whole road on pictures that the program draws.

#include <fmt/core.h>

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
#include "tools/alexnet/training_run.h"

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

struct Asked {
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
void SetDevice(const Asked& asked, Options& options) {
  options.device = asked.device;
  options.precision = asked.precision;
  options.tune = asked.tune;
  options.threads = asked.threads;
}

struct LabelledPrediction {
  std::string truth;
  FilePrediction prediction;
};

// Leaves the folder there, marked and without data/ and run/.
void PrepareFolder(const Asked& asked) {
  namespace fs = std::filesystem;
  const fs::path out = asked.out;
  const fs::path marker = out / kMarker;
  try {
    if (!fs::exists(marker) && fs::exists(out) && !fs::is_empty(out)) {
      throw Failure(asked.out +
                    ": the folder is there and not of an earlier demo; name "
                    "another with --out");
    }
    fs::remove_all(asked.data());
    fs::remove_all(asked.run());
    fs::create_directories(out);
  } catch (const fs::filesystem_error& error) {
    throw Failure(asked.out +
                  ": the folder cannot be prepared: " + error.code().message());
  }
  std::ofstream file(marker);
  file << kMarkerText;
  file.close();
  if (!file) throw Failure(marker.string() + ": cannot be written");
}

// Whether there is a page of it.
bool Learn(const Asked& asked, Setting& setting) {
  const std::string data = asked.data();
  const std::string run = asked.run();
  Recipe recipe;
  recipe.fields = ALEXNET_RECIPE_EPOCHS;
  recipe.epochs = asked.epochs > 0 ? asked.epochs : kEpochs;
  TrainOptions options;
  options.context = setting.log.get();
  options.data = data.c_str();
  options.out = run.c_str();
  options.preset = "alexnet_small";
  options.recipe = &recipe;
  options.seed = asked.seed;
  SetDevice(asked, options);
  bool page = true;
  TrainWithPage(
      run, data,
      [&](TrainListener* listener) {
        return train(options, listener, setting.limits);
      },
      &page);
  return page;
}

// Held-out pictures of different classes.
std::vector<LabelledPrediction> Predict(const Asked& asked, const Model& model,
                                        const Dataset& data, Setting& setting) {
  constexpr int32_t kPart = ALEXNET_PART_VALIDATION;
  const std::vector<std::string> classes = data.classes();
  FilesToPredict files;
  std::vector<LabelledPrediction> predictions;
  for (int64_t i = 0; i < kPredictions; ++i) {
    const int64_t index = data.size(kPart) * (2 * i + 1) / (2 * kPredictions);
    files.paths.push_back(asked.data() + "/val/" + data.name(kPart, index));
    predictions.push_back(
        {classes[static_cast<size_t>(data.label(kPart, index))], {}});
  }
  SessionOptions options;
  SetDevice(asked, options);
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
  std::string page;  // empty: could not be written
  double seconds = 0;
};

Json ReportJson(const Report& report, const Evaluation& evaluation) {
  Json document = EvaluationJson(evaluation);
  Json predictions = Json::Array();
  for (const LabelledPrediction& each : report.predictions) {
    Json prediction = PredictionJson(each.prediction);
    prediction.Set("truth", each.truth);
    predictions.Append(prediction);
  }
  document.Set("predictions", predictions);
  document.Set("data", report.data);
  document.Set("model", report.model);
  document.Set("metrics", report.metrics);
  document.Set("report", report.page.empty() ? Json() : Json(report.page));
  document.Set("seconds", report.seconds);
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
             "\nDone in {}.\npictures  {}\nmodel     {}\ncurves    {}\n{}\n"
             "Now your own: alexnet train FOLDER --preset alexnet_small --out "
             "RUN\n",
             FormatSeconds(report.seconds), report.data, report.model,
             report.metrics,
             report.page.empty()
                 ? ""
                 : "report    " + report.page + ", for a browser\n");
}

void Run(const Asked& asked, Setting& setting) {
  const auto start = std::chrono::steady_clock::now();
  PrepareFolder(asked);
  ShapesOptions shapes;
  shapes.seed = asked.seed;
  draw_shapes(asked.data(), shapes, setting.limits);
  Report report;
  if (Learn(asked, setting)) report.page = asked.run() + "/report.html";
  report.data = asked.data();
  report.model = BestPath(asked.run());
  report.metrics = MetricsPath(asked.run());
  const Model model = Model::load(report.model);
  const Dataset data(report.data);
  EvaluateOptions options;
  SetDevice(asked, options);
  const Evaluation evaluation = evaluate(model, data, options, setting.limits);
  report.predictions = Predict(asked, model, data, setting);
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  asked.json ? PrintJson(ReportJson(report, evaluation))
             : Print(ReportText(report, evaluation));
}

}  // namespace

Action DeclareDemo(Arguments& arguments) {
  auto asked = std::make_shared<Asked>();
  arguments.Text("--out", asked->out, "Folder for pictures and the run");
  arguments.Number("--seed", asked->seed, 1, 1, "Of pictures and training");
  // BEGIN options: cli.options session_options to=(*asked) only=device,threads,precision,tune
  arguments.Text(
      "--device", (*asked).device,
      "Where it computes: \"cpu\", \"cuda:N\", \"cuda\" (the first GPU), "
      "\"auto\" (a GPU if there is one) or \"reference\"; by default \"cpu\"");
  arguments.Number(
      "--threads", (*asked).threads, 0, 0, 1'024,
      "Compute threads of the CPU; 0: as many as the process may use");
  arguments.Choice("--precision", (*asked).precision,
                   {{"f32", ALEXNET_PRECISION_F32},
                    {"tf32", ALEXNET_PRECISION_TF32},
                    {"bf16", ALEXNET_PRECISION_BF16}},
                   "What a GPU computes in; by default f32");
  arguments.Flag("--tune", (*asked).tune,
                 "Times a GPU's algorithms first and takes the fastest; runs "
                 "may then differ in their last bits");
  // END options
  arguments.Number("--epochs", asked->epochs, 0, 0, "0: enough for above 90 %");
  arguments.Flag("--json", asked->json, "Print one JSON document");
  return [asked](Setting& setting) { Run(*asked, setting); };
}

}  // namespace alexnet::cli
