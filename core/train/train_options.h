// What a training run is asked to do.

#ifndef ALEXNET_CORE_TRAIN_TRAIN_OPTIONS_H_
#define ALEXNET_CORE_TRAIN_TRAIN_OPTIONS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/base/status.h"
#include "core/devices/device_options.h"
#include "core/network/presets.h"
#include "core/network/rate_scaling.h"
#include "core/network/recipe_changes.h"
#include "core/parallel/parallel_options.h"
#include "core/train/launcher.h"

namespace alexnet {

// What a caller says anew of a run that is gone on with, which must be what it
// was; nothing for what is not said.
struct SaidAnew {
  std::optional<std::string> preset;
  std::optional<int64_t> input_size;
  std::optional<double> validation_fraction;
  std::optional<uint64_t> seed;
};

// An empty `device` is that of before, of a run that is gone on with.
struct TrainOptions : DeviceOptions {
  // BEGIN options: core.fields train_options
  // Folder with one folder of pictures per class, or train/ and val/ with one
  // per class each, or shards (*.tar).
  std::string data;
  // Folder for last.alexnet, best.alexnet, metrics.jsonl and TensorBoard's
  // events; made if missing.
  std::string out;
  // The network, by the name of a preset; or else `network`.
  std::string preset = "alexnet";
  // Side of the preset's square input, in pixels; 0 to 4,096; 0: the preset's
  // own.
  int64_t input_size = 0;
  // Goes on with the run in `out`, of which only the number of epochs may
  // change: what else is said of it must be as it was.
  bool resume = false;
  // Share of the training pictures that is held out where there is no
  // validation folder; 0 to 0.99.
  double validation_fraction = 0.1;
  // What everything random starts from.
  uint64_t seed = 1;
  // Threads that decode pictures; 0 to 1,024; 0: as many as the process may
  // use.
  int loader_threads = 0;
  // Stops at the first broken picture.
  bool strict = false;
  // Stops with "diverged" where the loss does not move or layers are dead, in
  // place of a warning.
  bool stop_when_stuck = false;
  // Most pixels of a picture; one that has more counts as broken.
  int64_t max_pixels = 100'000'000;
  // Updates between two lines of metrics; at least 1.
  int64_t log_every = 20;
  // Updates between two checkpoints within an epoch; 0: only at its end.
  int64_t checkpoint_every = 0;
  // Several devices that train together, in place of `device`, with commas
  // between: "cpu,cpu", or GPUs: "cuda:0,cuda:1". The batch is that of all
  // together, and `threads` and `loader_threads` are divided among them.
  std::string devices;
  // How `devices` divide the network.
  ParallelKind parallel = ParallelKind::kData;
  // Who started the ranks that train together. With mpi each process is a rank:
  // all are started with the same options, and each computes on its `device`,
  // or on the one of `devices` that has the rank's number on its machine
  // ("cuda": the GPU of that number); `threads` and `loader_threads` are those
  // of each process.
  Launcher launcher = Launcher::kLocal;
  // How the learning rate follows the batch.
  RateScaling rate_scaling = RateScaling::kNone;
  // What the loss of a picture counts, by its class: "balanced" (the inverse of
  // the classes' shares), a list such as "cat=2,dog=0.5" (1 where not named),
  // or a path that ends in .json, of an object of such or an array of weights
  // for all. Their mean over the training pictures is made 1.
  std::string class_weights;
  // Goes on with a run by `parallel`, also where that is data: else data stands
  // for the plan of before, where as many devices go on.
  bool change_parallel = false;
  // END options
  // The network, with one class for each of the data's, in place of a preset.
  std::shared_ptr<const Preset> network;
  // What is other than the network's own recipe says.
  RecipeChanges recipe;
  SaidAnew said;
};

// Of a plan that one device cannot carry out.
Status NeedsSeveralDevices();

// Refuses what is out of range; data, network and device are looked at by
// those who use them.
Status CheckTrainOptions(const TrainOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_TRAIN_OPTIONS_H_
