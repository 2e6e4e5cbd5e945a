// The engine's speed on a GPU, with synthetic data that is there already.
//
// usage: gpu_bench [--quick]
//        gpu_bench kernels PRESET BATCH {infer|train}
//
// The first prints one JSON object a line: plans of the networks (milliseconds,
// images a second, memory), our own kernels, training on JPEGs. The second says
// where a plan's time goes, kernel by kernel, in bfloat16. Medians, but for the
// training on JPEGs.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/backend/cuda/cuda_backend.h"
#include "tests/bench/kernel_times.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {

const char* NameOf(Precision precision) {
  constexpr const char* kNames[] = {"f32", "tf32", "bf16"};
  return kNames[static_cast<int>(precision)];
}

std::string Quotable(const Status& status) {
  std::string text = status.ToString();
  std::replace(text.begin(), text.end(), '"', '\'');
  std::replace(text.begin(), text.end(), '\n', ' ');
  return text;
}

Result<std::shared_ptr<Backend>> TunedBackends::Get(Precision precision) {
  std::shared_ptr<Backend>& backend = backends_[static_cast<size_t>(precision)];
  if (backend == nullptr) {
    CudaBackendOptions options;
    options.precision = precision;
    options.tune = true;
    ALEXNET_ASSIGN_OR_RETURN(backend, CreateCudaBackend(options));
  }
  return backend;
}

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
  GpuBenchOptions options;
  options.quick = argc == 2 && std::strcmp(argv[1], "--quick") == 0;
  if (argc > 1 && !options.quick) {
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
