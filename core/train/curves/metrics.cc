#include "core/train/curves/metrics.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "core/base/enum_name.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/train/curves/append_file.h"

namespace alexnet {
namespace {

// A curve of a year's training is far below this.
constexpr uint64_t kMaxBytes = 1ull << 30;

constexpr std::array kKindNames = {"run", "watch", "picture"};

Json Line(const char* type) {
  const double now = std::chrono::duration<double>(
                         std::chrono::system_clock::now().time_since_epoch())
                         .count();
  return {{"type", type}, {"time", now}};
}

Status Append(int fd, const std::string& path, const Json& line) {
  // Class names may be any bytes; what is not UTF-8 is replaced.
  return AppendRecord(fd, path, line.Text(-1) + "\n");
}

// Whether a line of an earlier run stays when a run goes on at `position`.
bool Stays(std::string_view text, const MetricsPosition& position) {
  if (position.step == 0) return false;  // of a run that left no checkpoint
  const std::optional<Json> line = Json::Parse(text);
  if (!line || !line->is_object()) return false;  // cut by a kill
  const auto number = [&](const char* key) {
    const Json* const found = line->Find(key);
    return found != nullptr && found->is_integer() ? found->Get<double>() : 0.0;
  };
  const Json* const type = line->Find("type");
  if (type != nullptr && type->is_string() &&
      type->Get<std::string>() == "epoch") {
    return number("epoch") < static_cast<double>(position.epoch);
  }
  return number("step") <= static_cast<double>(position.step);
}

Status CutBack(const std::string& path, const MetricsPosition& position) {
  ALEXNET_ASSIGN_OR_RETURN(const std::vector<std::byte> bytes,
                           ReadFile(path, kMaxBytes));
  std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                        bytes.size());
  ALEXNET_ASSIGN_OR_RETURN(const std::unique_ptr<AtomicFile> file,
                           AtomicFile::Create(path));
  while (!text.empty()) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    if (Stays(text.substr(0, end), position)) {
      ALEXNET_RETURN_IF_ERROR(file->Write(text.substr(0, end + 1)));
    }
    text.remove_prefix(end + 1);
  }
  return file->Commit();
}

}  // namespace

Result<std::unique_ptr<MetricsLog>> MetricsLog::Open(
    const std::string& folder, const MetricsPosition& position) {
  const std::string path = folder + "/metrics.jsonl";
  ALEXNET_ASSIGN_OR_RETURN(const bool goes_on, IsThere(path));
  if (goes_on) {
    ALEXNET_RETURN_IF_ERROR(CutBack(path, position));
  }
  ALEXNET_RETURN_IF_ERROR(EventFile::CutBack(folder));
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<EventFile> events,
                           EventFile::Create(folder, position.step + 1));
  const int fd = TEMP_FAILURE_RETRY(
      open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666));
  if (fd < 0) return ErrnoError("cannot open", errno).WithFile(path);
  return std::unique_ptr<MetricsLog>(
      new MetricsLog(path, fd, std::move(events), position));
}

MetricsLog::~MetricsLog() { close(fd_); }

Status MetricsLog::Start(const TrainingStart& start) {
  Json line = Line("start");
  line["step"] = position_.step;
  line["epoch"] = position_.epoch;
  line["resumed"] = position_.step > 0;
  line["network"] = start.network;
  line["classes"] = start.classes;
  line["train_samples"] = start.train_samples;
  line["validation_samples"] = start.validation_samples;
  line["parameters"] = start.parameters;
  line["seed"] = start.seed;
  line["threads"] = start.threads;
  line["device"] = start.device;
  line["device_bytes"] = start.device_bytes;
  line["batch"] = start.recipe.batch;
  line["epochs"] = start.recipe.epochs;
  line["steps_per_epoch"] = start.steps_per_epoch;
  line["rate"] = start.recipe.rate;
  line["choices"] = start.choices;
  return Append(fd_, path_, line);
}

Status MetricsLog::Step(const StepReport& step) {
  Json line = Line("step");
  line["step"] = step.step;
  line["epoch"] = step.epoch;
  line["batch"] = step.batch;
  line["rate"] = step.rate;
  line["loss"] = step.loss;
  line["mean_loss"] = step.mean_loss;
  line["top1_accuracy"] = step.top1_accuracy;
  line["gradient_norm"] = step.gradient_norm;
  line["images_per_second"] = step.images_per_second;
  line["seconds_left"] = step.seconds_left;
  ALEXNET_RETURN_IF_ERROR(Append(fd_, path_, line));
  return events_->AddScalars(
      step.step, {{"train/loss", step.loss},
                  {"train/rate", step.rate},
                  {"train/gradient_norm", step.gradient_norm},
                  {"train/images_per_second", step.images_per_second}});
}

Status MetricsLog::Epoch(const EpochReport& epoch) {
  Json line = Line("epoch");
  line["step"] = epoch.step;
  line["epoch"] = epoch.epoch;
  line["rate"] = epoch.rate;
  line["train_loss"] = epoch.train_loss;
  line["train_top1_error"] = epoch.train_top1_error;
  std::vector<std::pair<std::string, double>> scalars = {
      {"epoch/train_loss", epoch.train_loss},
      {"epoch/train_top1_error", epoch.train_top1_error}};
  if (epoch.validated) {
    line["top1_error"] = epoch.top1_error;
    line["top5_error"] = epoch.top5_error;
    line["loss"] = epoch.loss;
    scalars.emplace_back("validation/top1_error", epoch.top1_error);
    scalars.emplace_back("validation/top5_error", epoch.top5_error);
    scalars.emplace_back("validation/loss", epoch.loss);
  }
  line["best"] = epoch.best;
  line["images_per_second"] = epoch.images_per_second;
  line["seconds"] = epoch.seconds;
  line["waited_seconds"] = epoch.waited_seconds;
  line["norms"] = Json::Array();
  for (const LayerNorms& norms : epoch.norms) {
    line["norms"].Append({{"layer", norms.layer},
                          {"weight", norms.weight},
                          {"gradient", norms.gradient},
                          {"update", norms.update}});
    scalars.emplace_back("weight_norm/" + norms.layer, norms.weight);
    scalars.emplace_back("gradient_norm/" + norms.layer, norms.gradient);
    scalars.emplace_back("update_norm/" + norms.layer, norms.update);
  }
  ALEXNET_RETURN_IF_ERROR(Append(fd_, path_, line));
  return events_->AddScalars(epoch.step, scalars);
}

Status MetricsLog::Warning(const MetricsPosition& position, WarningKind kind,
                           const std::string& message) {
  Json line = Line("warning");
  line["step"] = position.step;
  line["epoch"] = position.epoch;
  line["kind"] = NameOf(kKindNames, kind);
  line["message"] = message;
  return Append(fd_, path_, line);
}

}  // namespace alexnet
