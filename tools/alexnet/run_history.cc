#include "tools/alexnet/run_history.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>
#include <new>
#include <stdexcept>
#include <utility>

namespace alexnet::cli {
namespace {

namespace fs = std::filesystem;

// A longer file is not of a run that anybody waited for.
constexpr uintmax_t kMostBytes = uintmax_t{1} << 30;
// Points of a curve, as Thinned has it.
constexpr size_t kPoints = 500;
// Of each of a layer's curves, of which there may be hundreds.
constexpr size_t kLayerPoints = 60;

double NumberOf(const Json& line, const char* name) {
  if (line.Has(name)) {
    const Json value = line.At(name);
    if (!value.IsNull()) return value.Number();
  }
  return std::numeric_limits<double>::quiet_NaN();
}

// Not negative, and far from overflowing. Throws for another.
int64_t CountOf(const Json& line, const char* name) {
  constexpr int64_t kMost = int64_t{1} << 50;
  const int64_t count = line.Has(name) ? line.At(name).Integer() : 0;
  if (count < 0 || count > kMost) throw std::runtime_error(name);
  return count;
}

}  // namespace

LayerCurves::LayerCurves(std::string name)
    : layer(std::move(name)),
      weight(kLayerPoints),
      gradient(kLayerPoints),
      update(kLayerPoints) {}

RunHistory::RunHistory(std::string path)
    : path_(std::move(path)),
      batch_loss_(kPoints),
      rate_(kPoints),
      images_per_second_(kPoints),
      gradient_norm_(kPoints) {}

void RunHistory::Read() {
  std::error_code error;
  const uintmax_t bytes = fs::file_size(path_, error);
  if (error || bytes > kMostBytes) return;
  std::ifstream file(path_);
  file.seekg(offset_);
  for (std::string text; std::getline(file, text) && !file.eof();) {
    offset_ = static_cast<int64_t>(file.tellg());
    try {
      Add(Json::Parse(text));
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {
      // Another program's.
    }
  }
}

double RunHistory::EpochOf(int64_t step) const {
  const int64_t steps = start_ ? start_->steps_per_epoch : 0;
  return steps > 0 ? static_cast<double>(step) / static_cast<double>(steps)
                   : std::numeric_limits<double>::quiet_NaN();
}

void RunHistory::Add(const Json& line) {
  const std::string type = line.At("type").Text();
  if (type == "start") AddStart(line);
  if (type == "step") AddStep(line);
  if (type == "epoch") AddEpoch(line);
  if (type == "warning") {
    warnings_.push_back({line.At("step").Integer(), line.At("kind").Text(),
                         line.At("message").Text()});
  }
}

void RunHistory::AddStart(const Json& line) {
  RunStart start;
  start.network = line.At("network").Text();
  if (line.Has("device")) start.device = line.At("device").Text();
  if (line.Has("choices")) {
    for (const Json& choice : line.At("choices").Elements()) {
      start.choices.push_back(choice.Text());
    }
  }
  if (line.Has("classes")) {
    start.classes = static_cast<int64_t>(line.At("classes").Elements().size());
  }
  start.train_samples = CountOf(line, "train_samples");
  start.validation_samples = CountOf(line, "validation_samples");
  start.parameters = CountOf(line, "parameters");
  start.threads = CountOf(line, "threads");
  start.batch = CountOf(line, "batch");
  start.epochs = CountOf(line, "epochs");
  start.steps_per_epoch = CountOf(line, "steps_per_epoch");
  if (line.Has("seed")) {
    start.seed = static_cast<uint64_t>(line.At("seed").Integer());
  }
  start.rate = NumberOf(line, "rate");
  // A run that goes on says less of what was chosen.
  if (start_ && start.choices.empty()) start.choices = start_->choices;
  start_ = std::move(start);
}

void RunHistory::AddStep(const Json& line) {
  steps_ = CountOf(line, "step");
  const double at = EpochOf(steps_);
  batch_loss_.Add(at, NumberOf(line, "loss"));
  rate_.Add(at, NumberOf(line, "rate"));
  images_per_second_.Add(at, NumberOf(line, "images_per_second"));
  gradient_norm_.Add(at, NumberOf(line, "gradient_norm"));
}

void RunHistory::AddEpoch(const Json& line) {
  RunEpoch epoch{};
  epoch.epoch = CountOf(line, "epoch") + 1;
  epoch.step = CountOf(line, "step");
  epoch.best = line.Has("best") && line.At("best").Boolean();
  epoch.rate = NumberOf(line, "rate");
  epoch.train_loss = NumberOf(line, "train_loss");
  epoch.train_error = NumberOf(line, "train_top1_error");
  epoch.loss = NumberOf(line, "loss");
  epoch.error = NumberOf(line, "top1_error");
  epoch.top5_error = NumberOf(line, "top5_error");
  epoch.images_per_second = NumberOf(line, "images_per_second");
  epoch.seconds = NumberOf(line, "seconds");
  epochs_.push_back(epoch);
  steps_ = epoch.step;
  if (!line.Has("norms")) return;
  for (const Json& norms : line.At("norms").Elements()) {
    const std::string layer = norms.At("layer").Text();
    const auto [found, added] = layers_.emplace(layer, norms_.size());
    if (added) norms_.emplace_back(layer);
    LayerCurves& curves = norms_[found->second];
    curves.last = {NumberOf(norms, "weight"), NumberOf(norms, "gradient"),
                   NumberOf(norms, "update")};
    const auto at = static_cast<double>(epoch.epoch);
    curves.weight.Add(at, curves.last.weight);
    curves.gradient.Add(at, curves.last.gradient);
    curves.update.Add(at, curves.last.update);
  }
}

}  // namespace alexnet::cli
