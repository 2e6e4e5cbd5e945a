// What each layer of a model takes, and what the device could do.

#ifndef ALEXNET_CORE_BENCHMARK_LAYER_TIMES_H_
#define ALEXNET_CORE_BENCHMARK_LAYER_TIMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/infer/compile_model.h"

namespace alexnet {

struct LayerTime {
  double milliseconds = 0.0;  // of its kernel, for a batch: median
  // The layer whose kernel computes it: itself, or the one that it is fused
  // with and that has its time; -1: in inference there is nothing to compute.
  int computed_by = -1;
  std::string algorithm;  // of its own kernel; "": it has none
};

struct LayerTimes {
  std::string device;
  int threads = 0;
  int64_t batch = 0;
  int64_t runs = 0;
  std::vector<LayerTime> layers;
  double reorder_milliseconds = 0.0;  // between kernels of other layouts
  // Ceilings: what the engine reaches on this device where nothing but
  // arithmetic counts (a large matrix product), and nothing but memory (one
  // picture through a fully connected layer of 256 MiB of float32 weights).
  double flops_per_second = 0.0;
  double bytes_per_second = 0.0;
};

// Runs the model kernel by kernel on a batch (0: 1) of one picture, for about
// `seconds` (0 to 3,600) and at least three times, and then the two ceilings,
// in the same precision and types.
Result<LayerTimes> TimeLayers(SharedModel& model, const CompileOptions& options,
                              double seconds, const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BENCHMARK_LAYER_TIMES_H_
