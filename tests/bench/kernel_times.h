// Where a network's time goes: every kernel of a compiled preset by itself, on
// any backend.

#ifndef ALEXNET_TESTS_BENCH_KERNEL_TIMES_H_
#define ALEXNET_TESTS_BENCH_KERNEL_TIMES_H_

#include <cstdint>
#include <functional>
#include <string>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/tensor/tensor.h"

namespace alexnet::bench {

// Memory of the device, filled with small positive values, of float32 as well
// as of bfloat16: zeros would be unfairly fast. Inside Backend::Run.
Result<AlignedBuffer> NumbersOn(Device& device, int64_t bytes);

// Milliseconds of one of the `count` things that `run(count)` does and waits
// for: the median of `rounds` rounds of about `seconds` together.
Result<double> MedianMilliseconds(const std::function<Status(int)>& run,
                                  int rounds, double seconds);

struct KernelTimesOptions {
  std::string preset;
  int64_t batch = 1;
  bool training = false;
  double seconds = 0.05;  // for each kernel
};

// Prints a line for each kernel and one for all. GFLOP/s count two operations
// per multiply-accumulate, each backward pass as one forward per gradient made;
// kernels that multiply nothing are told by the bytes of the blobs that they
// read and write. Each runs on the same buffers again and again: what fits into
// a cache is there, which in a plan it need not be.
Status PrintKernelTimes(Backend& backend, const KernelTimesOptions& options);

}  // namespace alexnet::bench

#endif  // ALEXNET_TESTS_BENCH_KERNEL_TIMES_H_
