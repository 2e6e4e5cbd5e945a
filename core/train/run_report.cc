#include "core/train/run_report.h"

#include <fmt/core.h>

#include <utility>

#include "core/base/utf8.h"

namespace alexnet {

Result<std::unique_ptr<RunReport>> RunReport::Open(
    const std::string& folder, const MetricsPosition& position,
    TrainingListener& listener) {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<MetricsLog> metrics,
                           MetricsLog::Open(folder, position));
  return std::unique_ptr<RunReport>(
      new RunReport(std::move(metrics), listener, position));
}

void RunReport::Start(const TrainingStart& start) {
  Log(metrics_->Start(start));
  listener_.OnStart(start);
}

void RunReport::Step(const StepReport& step, bool logged) {
  position_.step = step.step;
  if (logged) Log(metrics_->Step(step));
  listener_.OnStep(step);
}

void RunReport::Epoch(const EpochReport& epoch) {
  position_ = {epoch.step, epoch.epoch + 1};
  Log(metrics_->Epoch(epoch));
  listener_.OnEpoch(epoch);
}

void RunReport::Warn(WarningKind kind, const std::string& message) {
  Log(metrics_->Warning(position_, kind, message));
  listener_.OnWarning(message);
}

void RunReport::End(const Status& why) {
  if (why.code() != StatusCode::kDiverged) return;
  Log(metrics_->Warning(position_, WarningKind::kWatch, why.message()));
}

void RunReport::Broken(const std::vector<BrokenPicture>& broken) {
  for (const BrokenPicture& picture : broken) {
    if (!broken_said_.insert(picture.name).second) continue;
    Warn(WarningKind::kPicture,
         fmt::format("left out {}: {}", Escaped(picture.name), picture.reason));
  }
}

void RunReport::Log(const Status& status) {
  if (status.ok() || log_failed_) return;
  log_failed_ = true;
  listener_.OnWarning("curves are not complete: " + status.ToString());
}

}  // namespace alexnet
