// RunHistory: what metrics.jsonl says of a run, read while it is written.

#ifndef ALEXNET_TOOLS_ALEXNET_RUN_HISTORY_H_
#define ALEXNET_TOOLS_ALEXNET_RUN_HISTORY_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tools/alexnet/json.h"
#include "tools/alexnet/page/thinned.h"

namespace alexnet::cli {

// Of the last start. Texts may hold any characters.
struct RunStart {
  std::string network;
  std::string device;
  std::vector<std::string> choices;
  int64_t train_samples = 0;
  int64_t validation_samples = 0;
  int64_t classes = 0;
  int64_t parameters = 0;
  int64_t threads = 0;
  int64_t batch = 0;
  int64_t epochs = 0;
  int64_t steps_per_epoch = 0;
  uint64_t seed = 0;
  double rate = 0.0;
};

// What is not finite, or not there, is NaN.
struct RunEpoch {
  int64_t epoch = 0;  // from 1
  int64_t step = 0;
  bool best = false;
  double rate;
  double train_loss;
  double train_error;  // top-1, percent, as the others
  double loss;         // of held-out pictures, as the errors below
  double error;
  double top5_error;
  double images_per_second;
  double seconds;
};

struct RunNorms {
  double weight;
  double gradient;
  double update;
};

// Of a layer, by epoch.
struct LayerCurves {
  explicit LayerCurves(std::string name);

  std::string layer;
  Thinned weight;
  Thinned gradient;
  Thinned update;
  RunNorms last = {};
};

struct RunWarning {
  int64_t step = 0;  // updates made by then
  std::string kind;
  std::string message;
};

// Not thread safe.
class RunHistory {
 public:
  explicit RunHistory(std::string path);

  // Reads what was written since it last did. Lines that are being written are
  // left for the next time, and those of other programs out.
  void Read();

  // Nothing where the run was not begun.
  const std::optional<RunStart>& start() const { return start_; }
  const std::vector<RunEpoch>& epochs() const { return epochs_; }
  // Of layers, in the network's order.
  const std::vector<LayerCurves>& norms() const { return norms_; }
  const std::vector<RunWarning>& warnings() const { return warnings_; }
  // Updates that metrics tell of.
  int64_t steps() const { return steps_; }
  // Where an update lies among epochs: after the first epoch 1.
  double EpochOf(int64_t step) const;

  // By EpochOf, of single batches.
  const Thinned& batch_loss() const { return batch_loss_; }
  const Thinned& rate() const { return rate_; }
  const Thinned& images_per_second() const { return images_per_second_; }
  const Thinned& gradient_norm() const { return gradient_norm_; }

 private:
  void Add(const Json& line);
  void AddStart(const Json& line);
  void AddStep(const Json& line);
  void AddEpoch(const Json& line);

  const std::string path_;
  int64_t offset_ = 0;  // bytes that were read
  std::optional<RunStart> start_;
  std::vector<RunEpoch> epochs_;
  std::vector<LayerCurves> norms_;
  std::map<std::string, size_t> layers_;  // of norms_
  std::vector<RunWarning> warnings_;
  int64_t steps_ = 0;
  Thinned batch_loss_;
  Thinned rate_;
  Thinned images_per_second_;
  Thinned gradient_norm_;
};

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_RUN_HISTORY_H_
