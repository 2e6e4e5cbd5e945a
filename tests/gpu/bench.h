// The parts of gpu_bench. Each prints JSON objects, one a line.

#ifndef ALEXNET_TESTS_GPU_BENCH_H_
#define ALEXNET_TESTS_GPU_BENCH_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/backend/precision.h"
#include "core/base/status.h"

namespace alexnet::bench {

// What is measured, and how long. The test of the benchmark measures less.
struct GpuBenchOptions {
  int rounds = 5;
  double seconds = 1.5;  // of a measurement
  // Of own kernels: pictures in a blob, and parameters of an update.
  int64_t kernel_batch = 256;
  int64_t sgd_elements = 61'100'840;  // torchvision's
  // Of training on JPEGs.
  std::string jpeg_network = "alexnet";
  int jpeg_batch = 256;
  int jpeg_batches = 100;
  int jpegs_per_class = 200;

  static GpuBenchOptions Quick() {
    GpuBenchOptions quick;
    quick.seconds = 0.2;
    quick.jpeg_batches = 10;
    quick.jpegs_per_class = 30;
    return quick;
  }
};

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

struct PlanSize {
  std::string network;
  bool training = false;
  Precision precision = Precision::kF32;
  int64_t batch = 1;
};
bool BenchPlan(TunedBackends& backends, const PlanSize& size,
               const GpuBenchOptions& options);
// Whether training steps of `network` are recorded, in bfloat16. Fails where
// they are not.
Status PrintCapture(const std::string& network);
// Our own kernels on tensors of 64 MB and more, by the bytes that they must
// read and write.
bool BenchOwnKernels(TunedBackends& backends, const GpuBenchOptions& options);
// Training on JPEGs: the data pipeline alone, the step alone, both together.
bool BenchJpegs(TunedBackends& backends, const GpuBenchOptions& options);

}  // namespace alexnet::bench

#endif  // ALEXNET_TESTS_GPU_BENCH_H_
