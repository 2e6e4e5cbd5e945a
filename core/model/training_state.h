// TrainingState: what a stopped run needs to go on as if it had never stopped.
// The momenta are tensors of the model file.

#ifndef ALEXNET_CORE_MODEL_TRAINING_STATE_H_
#define ALEXNET_CORE_MODEL_TRAINING_STATE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/network/recipe.h"

namespace alexnet {

// What the learning rate schedule remembers. Errors are fractions in [0, 1].
struct ScheduleState {
  int cuts = 0;                   // kPlateau: cuts made so far
  int epochs_without_better = 0;  // kPlateau: since the best top-1 error
  double best_top1_error = 1.0;   // kPlateau: the error to beat
  bool operator==(const ScheduleState&) const = default;
};

// The best validation so far; epoch -1 where there was none.
struct BestMetrics {
  int64_t epoch = -1;
  double top1_error = 1.0;
  double top5_error = 1.0;
  double loss = 0.0;
  bool operator==(const BestMetrics&) const = default;
};

// Sums over the part of the running epoch that is done.
struct EpochSums {
  double loss = 0.0;    // sum of the samples' losses
  int64_t correct = 0;  // top-1
  int64_t samples = 0;
  bool operator==(const EpochSums&) const = default;
};

struct TrainingState {
  Recipe recipe;  // with every option of the command applied
  uint64_t seed = 0;
  int64_t epoch = 0;     // epochs finished
  int64_t step = 0;      // updates made since the start, the dropout's counter
  int64_t position = 0;  // samples already drawn of the running epoch
  ScheduleState schedule;
  BestMetrics best;
  EpochSums sums;
  double seconds = 0.0;  // spent training so far

  // The data that the run saw: a resumed run must see the same.
  uint64_t dataset_hash = 0;  // of the training samples' names and labels
  int64_t dataset_samples = 0;
  double validation_fraction = 0.0;  // held out of the training folder

  // Bit equality of a resumed run is promised where these are equal and nothing
  // was tuned.
  int compute_threads = 0;
  std::string isa;             // CpuFeatures::isa
  std::string build_id;        // of the program
  std::string device = "cpu";  // "cuda:0"
  std::string hardware;        // of a GPU: "NVIDIA H200"
  std::string precision = "f32";
  bool tuned = false;  // algorithms were chosen by their times
  // Of several that train together: "cpu,cpu", and a name of ParallelKind.
  std::string devices;
  std::string parallel;
  std::vector<int> rank_threads;  // of compute_threads, by rank
  // The library that added over them in an order of its own: "NCCL 2.21.5".
  std::string adder;

  // What the losses of pictures count by class; empty: all alike.
  std::vector<float> class_weights;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_MODEL_TRAINING_STATE_H_
