// RunReport: what a run tells its listener and writes as curves.

#ifndef ALEXNET_CORE_TRAIN_RUN_REPORT_H_
#define ALEXNET_CORE_TRAIN_RUN_REPORT_H_

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/status.h"
#include "core/data/quarantine.h"
#include "core/train/curves/metrics.h"
#include "core/train/listener.h"

namespace alexnet {

// Curves that cannot be written are no reason to stop: the listener is told so
// once. Not thread safe.
class RunReport {
 public:
  // Opens the curves in `folder`. `listener` is borrowed.
  static Result<std::unique_ptr<RunReport>> Open(
      const std::string& folder, const MetricsPosition& position,
      TrainingListener& listener);

  void Start(const TrainingStart& start);
  // With `logged`, to the curves too.
  void Step(const StepReport& step, bool logged);
  void Epoch(const EpochReport& epoch);
  void Warn(WarningKind kind, const std::string& message);
  // Each picture once.
  void Broken(const std::vector<BrokenPicture>& broken);
  // Writes to the curves that the run ends for `why`, where it diverged; who
  // trains is told by the error itself.
  void End(const Status& why);

  const std::string& metrics_path() const { return metrics_->path(); }

 private:
  RunReport(std::unique_ptr<MetricsLog> metrics, TrainingListener& listener,
            const MetricsPosition& position)
      : metrics_(std::move(metrics)),
        listener_(listener),
        position_(position) {}

  void Log(const Status& status);

  const std::unique_ptr<MetricsLog> metrics_;
  TrainingListener& listener_;
  bool log_failed_ = false;
  MetricsPosition position_;  // what was told last
  std::set<std::string> broken_said_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RUN_REPORT_H_
