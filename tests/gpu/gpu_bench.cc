// The engine's speed on a GPU, with synthetic data that is there already.
//
// usage: gpu_bench [--quick]
//        gpu_bench kernels PRESET BATCH {infer|train}
//
// The first prints one JSON object a line: plans of the networks (milliseconds,
// images a second, memory), our own kernels, training on JPEGs. The second says
// where a plan's time goes, kernel by kernel, in bfloat16. Medians, but for the
// training on JPEGs.

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/bench/kernel_times.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {

namespace {

int PrintKernels(char** arguments) {
  KernelTimesOptions options;
  options.preset = arguments[0];
  options.batch = std::atoll(arguments[1]);
  options.training = std::strcmp(arguments[2], "train") == 0;
  TunedBackends backends;
  const auto backend = backends.Get(Precision::kBf16);
  const Status status =
      backend.ok() ? PrintKernelTimes(**backend, options) : backend.status();
  if (status.ok()) return 0;
  std::fprintf(stderr, "gpu_bench: %s\n", status.ToString().c_str());
  return 1;
}

int Main(int argc, char** argv) {
  if (argc == 5 && std::strcmp(argv[1], "kernels") == 0) {
    return PrintKernels(argv + 2);
  }
  const bool quick = argc == 2 && std::strcmp(argv[1], "--quick") == 0;
  const GpuBenchOptions options =
      quick ? GpuBenchOptions::Quick() : GpuBenchOptions();
  if (argc > 1 && !quick) {
    std::fputs(
        "usage: gpu_bench [--quick]\n"
        "       gpu_bench kernels PRESET BATCH {infer|train}\n",
        stderr);
    return 2;
  }
  TunedBackends backends;
  // What matters first, should time run out.
  constexpr Precision kFirst[] = {Precision::kBf16};
  constexpr Precision kThen[] = {Precision::kTf32, Precision::kF32};
  bool ok = BenchPlans(backends, kFirst, options);
  ok = BenchOwnKernels(backends, options) && ok;
  ok = BenchJpegs(backends, options) && ok;
  ok = BenchPlans(backends, kThen, options) && ok;
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace alexnet::bench

int main(int argc, char** argv) { return alexnet::bench::Main(argc, argv); }
