// TrainingListener: what a run tells while it runs. Progress lines, user
// interfaces and tests are listeners.

#ifndef ALEXNET_CORE_TRAIN_LISTENER_H_
#define ALEXNET_CORE_TRAIN_LISTENER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/infer/evaluation.h"
#include "core/network/recipe.h"

namespace alexnet {

struct TrainingStart {
  std::string network;
  std::vector<std::string> classes;
  int64_t train_samples = 0;
  int64_t validation_samples = 0;
  int64_t parameters = 0;
  int64_t frozen_parameters = 0;  // of these, elements that do not learn
  int64_t macs = 0;               // per image
  // Blobs and work space of a step, and all that the run keeps on its device;
  // of several, on the first.
  int64_t arena_bytes = 0;
  int64_t device_bytes = 0;
  Recipe recipe;
  int64_t steps_per_epoch = 0;
  uint64_t seed = 0;
  std::string device;  // or several: "cpu,cpu"
  int threads = 0;     // that compute, on all of them
  // Where a resumed run goes on; 0, 0 for a new one.
  int64_t first_epoch = 0;
  int64_t first_batch = 0;
  // What was chosen for the caller and why, one sentence each.
  std::vector<std::string> choices;
};

struct StepReport {
  int64_t epoch = 0;  // from 0
  int64_t epochs = 0;
  int64_t batch = 0;  // of this epoch, from 0
  int64_t batches = 0;
  int64_t step = 0;  // updates made so far, this one included
  float rate = 0.0f;
  double loss = 0.0;       // of this batch
  double mean_loss = 0.0;  // of this epoch so far
  double top1_accuracy =
      0.0;  // percent, of this epoch so far, on training data
  double gradient_norm = 0.0;      // L2, of all gradients, not clipped
  double images_per_second = 0.0;  // lately
  double seconds_left = 0.0;       // of the whole run; 0: not known yet
};

// L2 norms of all parameters of a layer together.
struct LayerNorms {
  std::string layer;
  double weight = 0.0;  // after the epoch
  // Of the epoch's last update: its gradients, before clipping and without
  // weight decay, and what it added to the parameters. 0 of a frozen layer.
  // Gradients are NaN where the run was resumed after that update.
  double gradient = 0.0;
  double update = 0.0;
};

struct EpochFigures {
  int64_t epoch = 0;  // from 0
  int64_t epochs = 0;
  int64_t step = 0;
  float rate = 0.0f;
  double train_loss = 0.0;
  double train_top1_error = 0.0;  // percent, on augmented training pictures
  bool validated = false;
  double top1_error = 0.0;  // percent, on held-out pictures, centre view
  double top5_error = 0.0;
  double loss = 0.0;
  bool best = false;
  double images_per_second = 0.0;  // training, validation excluded
  double seconds = 0.0;            // of the epoch, validation included
  double waited_seconds = 0.0;     // of these, for pictures
};

struct EpochReport : EpochFigures {
  std::vector<LayerNorms> norms;  // of layers with parameters, in order
  // On the held-out pictures; null where there are none.
  std::shared_ptr<const Evaluation> evaluation;
};

struct CheckpointReport {
  std::string path;
  bool best = false;
  int64_t epoch = 0;  // epochs finished
  int64_t step = 0;
};

// All calls come from the thread that runs the training. A listener must not
// throw; it may cancel the run through its token.
class TrainingListener {
 public:
  virtual ~TrainingListener() = default;
  virtual void OnStart(const TrainingStart&) {}
  virtual void OnProgress(const std::string& /*doing*/, int64_t /*done*/,
                          int64_t /*total*/) {}  // statistics, validation
  virtual void OnStep(const StepReport&) {}
  virtual void OnEpoch(const EpochReport&) {}
  virtual void OnWarning(const std::string& /*message*/) {}
  virtual void OnCheckpoint(const CheckpointReport&) {}
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_LISTENER_H_
