#include "core/train/demo.h"

#include <fmt/format.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <utility>

#include "core/base/file.h"
#include "core/data/dataset.h"
#include "core/data/split.h"
#include "core/infer/evaluate.h"
#include "core/model/model.h"
#include "core/train/demo_pictures.h"

namespace alexnet {
namespace {

// Marks a folder as a demo's, which a later demo may write anew.
constexpr const char* kMarker = "alexnet-demo.txt";
constexpr const char* kMarkerText =
    "This folder was made by `alexnet demo`. Running the demo again with this "
    "folder replaces data/ and run/.\n";
constexpr int kPredictions = 3;
// A little more than the preset asks for: 98 % in about a minute.
constexpr int kEpochs = 22;

// Leaves `out` there, marked and without data/ and run/.
Status PrepareFolder(const std::string& out) {
  namespace fs = std::filesystem;
  std::error_code error;
  const bool ours = fs::exists(out + "/" + kMarker, error);
  if (!ours && fs::exists(out, error) && !fs::is_empty(out, error)) {
    return FailedPreconditionError(
               "the folder is there and not of an earlier demo; name another "
               "with --out")
        .WithFile(out);
  }
  for (const char* part : {"/data", "/run"}) {
    fs::remove_all(out + part, error);
    if (error) {
      return IoError("cannot remove what an earlier demo left: " +
                     error.message())
          .WithFile(out + part);
    }
  }
  ALEXNET_RETURN_IF_ERROR(MakeFolders(out));
  ALEXNET_ASSIGN_OR_RETURN(
      const std::unique_ptr<AtomicFile> marker,
      AtomicFile::Create(fmt::format("{}/{}", out, kMarker)));
  ALEXNET_RETURN_IF_ERROR(marker->Write(std::string_view(kMarkerText)));
  return marker->Commit();
}

// Three held-out pictures of different classes.
Status Predict(const std::shared_ptr<const Model>& model,
               const Dataset& held_out, const DemoOptions& options,
               const Interrupt& interrupt, DemoReport* report) {
  PredictorOptions predict;
  predict.session.threads = options.threads;
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<Predictor> predictor,
                           Predictor::Create(model, predict));
  std::vector<std::string> paths;
  std::vector<std::string> truths;
  for (int i = 0; i < kPredictions; ++i) {
    const int64_t sample = held_out.size() * (2 * i + 1) / (2 * kPredictions);
    paths.push_back(held_out.path() + "/" + held_out.name(sample));
    truths.push_back(
        held_out.classes()[static_cast<size_t>(held_out.label(sample))]);
  }
  size_t next = 0;
  ALEXNET_RETURN_IF_ERROR(predictor->PredictFiles(
      paths, interrupt, [&](const FilePrediction& prediction) {
        report->predictions.push_back({truths[next++], prediction});
      }));
  return Status();
}

}  // namespace

Result<DemoReport> RunDemo(const DemoOptions& options,
                           TrainingListener* listener,
                           const Interrupt& interrupt) {
  const auto start = std::chrono::steady_clock::now();
  ALEXNET_RETURN_IF_ERROR(PrepareFolder(options.out));
  DemoReport report;
  report.data_path = options.out + "/data";
  DemoPictureOptions pictures;
  pictures.seed = options.seed;
  if (options.train_per_class > 0) {
    pictures.train_per_class = options.train_per_class;
  }
  if (options.held_out_per_class > 0) {
    pictures.held_out_per_class = options.held_out_per_class;
  }
  ALEXNET_RETURN_IF_ERROR(
      WriteDemoPictures(report.data_path, pictures, interrupt));

  TrainOptions train;
  train.data = report.data_path;
  train.out = options.out + "/run";
  train.preset = "alexnet_small";
  train.seed = options.seed;
  train.threads = options.threads;
  train.recipe.epochs = options.epochs > 0 ? options.epochs : kEpochs;
  ALEXNET_ASSIGN_OR_RETURN(report.train, Train(train, listener, interrupt));

  report.model_path = report.train.best_path;
  ALEXNET_ASSIGN_OR_RETURN(const std::shared_ptr<const Model> model,
                           LoadModel(report.model_path));
  ALEXNET_ASSIGN_OR_RETURN(const DataFolders data, OpenData(report.data_path));
  EvaluateOptions evaluate;
  evaluate.session.threads = options.threads;
  ALEXNET_ASSIGN_OR_RETURN(
      report.evaluation,
      Evaluate(model, data.validation, AllIndices(*data.validation), evaluate,
               interrupt));
  ALEXNET_RETURN_IF_ERROR(
      Predict(model, *data.validation, options, interrupt, &report));
  report.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start)
          .count();
  return report;
}

}  // namespace alexnet
