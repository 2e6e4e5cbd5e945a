// MetricsLog: the curves of a run, as JSON lines and for TensorBoard.
//
// metrics.jsonl holds one object per line, told apart by "type":
//
//   start    step, epoch (finished), resumed, network, classes,
//            train_samples, validation_samples, parameters, seed, threads,
//            device, device_bytes, batch, epochs, steps_per_epoch, rate,
//            choices (what was chosen and why, sentences)
//   step     step, epoch, batch (from 0), rate, loss (of the batch), mean_loss
//            and top1_accuracy (percent; of the epoch so far), gradient_norm
//            (L2, of all gradients together, before clipping),
//            images_per_second, seconds_left
//   epoch    step, epoch (from 0), rate, train_loss, train_top1_error,
//            top1_error, top5_error, loss (of the held-out pictures; absent
//            where there are none), best, images_per_second, seconds,
//            waited_seconds, norms: of each layer that has parameters an object
//            of layer, weight, gradient, update (LayerNorms)
//   warning  step (updates made), epoch (finished), kind ("run", "watch" or
//            "picture": WarningKind), message
//
// All have "time", seconds since 1970-01-01 UTC. Errors are percent, losses are
// nats, steps count from 1. A number that is not finite is null.

#ifndef ALEXNET_CORE_TRAIN_CURVES_METRICS_H_
#define ALEXNET_CORE_TRAIN_CURVES_METRICS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/base/status.h"
#include "core/train/curves/event_file.h"
#include "core/train/listener.h"

namespace alexnet {

enum class WarningKind : int8_t {
  kRun = 0,      // what the run is, or does
  kWatch = 1,    // learning goes wrong
  kPicture = 2,  // a picture was left out
};

// Where a resumed run goes on: what was logged of later steps and epochs is
// taken out, since they will be logged again.
struct MetricsPosition {
  int64_t step = 0;   // updates made
  int64_t epoch = 0;  // epochs finished
};

// Each line is written whole and at once. Not thread safe.
class MetricsLog {
 public:
  static Result<std::unique_ptr<MetricsLog>> Open(
      const std::string& folder, const MetricsPosition& position);
  ~MetricsLog();
  MetricsLog(const MetricsLog&) = delete;
  MetricsLog& operator=(const MetricsLog&) = delete;

  Status Start(const TrainingStart& start);
  Status Step(const StepReport& step);
  Status Epoch(const EpochReport& epoch);
  Status Warning(const MetricsPosition& position, WarningKind kind,
                 const std::string& message);
  const std::string& path() const { return path_; }

 private:
  MetricsLog(std::string path, int fd, std::unique_ptr<EventFile> events,
             const MetricsPosition& position)
      : path_(std::move(path)),
        fd_(fd),
        events_(std::move(events)),
        position_(position) {}

  const std::string path_;
  const int fd_;
  const std::unique_ptr<EventFile> events_;
  const MetricsPosition position_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_CURVES_METRICS_H_
