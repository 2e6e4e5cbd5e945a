// Timing a network on synthetic pictures, in one call.

#ifndef ALEXNET_CORE_BENCHMARK_BENCHMARK_H_
#define ALEXNET_CORE_BENCHMARK_BENCHMARK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/status.h"
#include "core/infer/compile_model.h"

namespace alexnet {

enum class BenchmarkMode : int8_t { kInference = 0, kTraining = 1 };

struct BenchmarkOptions : CompileOptions {  // batch 0: 1, of training 128
  // BEGIN options: core.fields benchmark_options
  // A preset with initial values; or else `model`.
  std::string preset = "alexnet";
  // A model file.
  std::string model;
  // At least this long, and five runs, after a warm-up; 0 to 3,600.
  double seconds = 5.0;
  // What the values start from.
  uint64_t seed = 1;
  // END options
  BenchmarkMode mode = BenchmarkMode::kInference;
};

struct BenchmarkReport {
  std::string network;
  std::string device;
  int threads = 0;
  int64_t batch = 0;
  int64_t runs = 0;
  double milliseconds = 0.0;  // of a run: median
  double least_milliseconds = 0.0;
  double images_per_second = 0.0;  // batch / median
  double macs_per_second = 0.0;    // forward ones; training counts them thrice
  double load_milliseconds = 0.0;  // opening the model file; 0 without one
  double compile_milliseconds = 0.0;  // plan, packing and the first run
  // Of the device, or of all together.
  int64_t parameter_bytes = 0;    // training: with gradients and momenta
  int64_t arena_bytes = 0;        // blobs and work space
  int64_t device_bytes = 0;       // both, and a GPU's buffers for input
  int64_t peak_memory_bytes = 0;  // of the whole process (VmHWM)
  // What several devices send one another in a run, all together: the inputs of
  // their operations (core/dist/traffic.h).
  int64_t exchanged_bytes = 0;
  // Whether what was timed is launched as a CUDA graph; none on a processor.
  std::optional<bool> captured;
};

// Inference is one forward run to probabilities; training is forward, loss,
// backward and update.
Result<BenchmarkReport> RunBenchmark(const BenchmarkOptions& options,
                                     const Interrupt& interrupt);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BENCHMARK_BENCHMARK_H_
