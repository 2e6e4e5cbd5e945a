// Where a network's time goes on the processor: PrintKernelTimes.
//
// usage: kernels_bench PRESET BATCH {infer|train} [THREADS]

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/backend/cpu/cpu_backend.h"
#include "tests/bench/kernel_times.h"

namespace alexnet {
namespace {

Status Run(const bench::KernelTimesOptions& options, int threads) {
  ALEXNET_ASSIGN_OR_RETURN(const auto backend,
                           CreateCpuBackend({.threads = threads}));
  return bench::PrintKernelTimes(*backend, options);
}

}  // namespace
}  // namespace alexnet

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("usage: kernels_bench PRESET BATCH {infer|train} [THREADS]\n",
               stderr);
    return 2;
  }
  alexnet::bench::KernelTimesOptions options;
  options.preset = argv[1];
  options.batch = std::atoll(argv[2]);
  options.training = std::strcmp(argv[3], "train") == 0;
  options.seconds = 0.5;
  const alexnet::Status status =
      alexnet::Run(options, argc > 4 ? std::atoi(argv[4]) : 0);
  if (status.ok()) return 0;
  std::fprintf(stderr, "kernels_bench: %s\n", status.ToString().c_str());
  return 1;
}
