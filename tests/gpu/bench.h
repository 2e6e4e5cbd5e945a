// The parts of gpu_bench. Each prints JSON objects, one a line.

#ifndef ALEXNET_TESTS_GPU_BENCH_H_
#define ALEXNET_TESTS_GPU_BENCH_H_

#include <array>
#include <memory>
#include <span>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/precision.h"
#include "core/base/status.h"

namespace alexnet::bench {

struct GpuBenchOptions {
  bool quick = false;
  int rounds() const { return 5; }
  double seconds() const { return quick ? 0.2 : 1.5; }  // of a measurement
};

const char* NameOf(Precision precision);
// In JSON's quotes.
std::string Quotable(const Status& status);

// One tuned backend for each precision, made at first use.
class TunedBackends {
 public:
  Result<std::shared_ptr<Backend>> Get(Precision precision);

 private:
  std::array<std::shared_ptr<Backend>, 3> backends_;
};

// False where something failed; it is printed, too.

// Plans of the networks, training and inference.
bool BenchPlans(TunedBackends& backends, std::span<const Precision> precisions,
                const GpuBenchOptions& options);
// Our own kernels on tensors of 64 MB and more, by the bytes that they must
// read and write.
bool BenchOwnKernels(TunedBackends& backends, const GpuBenchOptions& options);
// Training on JPEGs: the data pipeline alone, the step alone, both together.
bool BenchJpegs(TunedBackends& backends, const GpuBenchOptions& options);

}  // namespace alexnet::bench

#endif  // ALEXNET_TESTS_GPU_BENCH_H_
