#include "core/train/run_report.h"

#include <fmt/core.h>

#include <utility>

namespace alexnet {

Result<std::unique_ptr<RunReport>> RunReport::Open(
    const std::string& folder, const MetricsPosition& position,
    TrainingListener& listener) {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<MetricsLog> metrics,
                           MetricsLog::Open(folder, position));
  return std::unique_ptr<RunReport>(
      new RunReport(std::move(metrics), listener));
}

void RunReport::Start(const TrainingStart& start) {
  listener_.OnStart(start);
  Log(metrics_->Start(start));
}

void RunReport::Step(const StepReport& step, bool logged) {
  listener_.OnStep(step);
  if (logged) Log(metrics_->Step(step));
}

void RunReport::Epoch(const EpochReport& epoch) {
  Log(metrics_->Epoch(epoch));
  listener_.OnEpoch(epoch);
}

void RunReport::Broken(const std::vector<BrokenPicture>& broken) {
  for (const BrokenPicture& picture : broken) {
    if (!broken_said_.insert(picture.name).second) continue;
    Warn(fmt::format("left out {}: {}", picture.name, picture.reason));
  }
}

void RunReport::Log(const Status& status) {
  if (status.ok() || log_failed_) return;
  log_failed_ = true;
  Warn("curves are not complete: " + status.ToString());
}

}  // namespace alexnet
