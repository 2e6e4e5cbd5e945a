// The engine's speed on a GPU, with synthetic data that is there already.
//
// usage: gpu_bench [--quick] plan NETWORK {training|inference} PRECISION BATCH
//        gpu_bench [--quick] {own|jpegs}
//        gpu_bench kernels NETWORK BATCH {infer|train}
//        gpu_bench captured NETWORK
//        gpu_bench machine
//
// The first two print one JSON object a line: a plan (milliseconds, images a
// second, memory), our own kernels, training on JPEGs. `kernels` says where a
// plan's time goes, kernel by kernel, in bfloat16; `captured`, whether its
// training steps are recorded; `machine`, which GPUs and libraries there are.
// Medians, but for the training on JPEGs.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "core/backend/cuda/cuda_backend.h"
#include "tests/bench/kernel_times.h"
#include "tests/gpu/bench.h"

namespace alexnet::bench {

namespace {

int Told(const Status& status) {
  if (status.ok()) return 0;
  std::fprintf(stderr, "gpu_bench: %s\n", status.ToString().c_str());
  return 1;
}

int PrintKernels(const std::vector<std::string>& arguments) {
  KernelTimesOptions options;
  options.preset = arguments[1];
  options.batch = std::atoll(arguments[2].c_str());
  options.training = arguments[3] == "train";
  TunedBackends backends;
  const auto backend = backends.Get(Precision::kBf16);
  return Told(backend.ok() ? PrintKernelTimes(**backend, options)
                           : backend.status());
}

int PrintMachine() {
  const CudaReport report = ReportCuda();
  std::printf("CUDA of the driver: %s\n", report.driver.c_str());
  for (const CudaDeviceInfo& device : report.devices) {
    std::printf("%s, compute capability %s, %lld MiB\n", device.name.c_str(),
                device.capability.c_str(),
                static_cast<long long>(device.memory_bytes >> 20));
  }
  bool ok = report.problem.empty();
  if (!ok) std::printf("%s\n", report.problem.c_str());
  for (const CudaLibraryInfo& library : report.libraries) {
    std::printf("%s %s %s %s\n", library.name.c_str(), library.version.c_str(),
                library.path.c_str(), library.problem.c_str());
    ok = ok && library.problem.empty();
  }
  return ok ? 0 : 1;
}

int Main(std::vector<std::string> arguments) {
  GpuBenchOptions options;
  if (!arguments.empty() && arguments[0] == "--quick") {
    options = GpuBenchOptions::Quick();
    arguments.erase(arguments.begin());
  }
  const auto is = [&](const char* what, size_t count) {
    return arguments.size() == count && arguments[0] == what;
  };
  TunedBackends backends;
  if (is("machine", 1)) return PrintMachine();
  if (is("captured", 2)) return Told(PrintCapture(arguments[1]));
  if (is("kernels", 4)) return PrintKernels(arguments);
  if (is("own", 1)) return BenchOwnKernels(backends, options) ? 0 : 1;
  if (is("jpegs", 1)) return BenchJpegs(backends, options) ? 0 : 1;
  if (is("plan", 5)) {
    const auto precision = PrecisionOf(arguments[3]);
    const bool training = arguments[2] == "training";
    if (precision && (training || arguments[2] == "inference")) {
      const PlanSize size = {arguments[1], training, *precision,
                             std::atoll(arguments[4].c_str())};
      return BenchPlan(backends, size, options) ? 0 : 1;
    }
  }
  std::fputs(
      "usage: gpu_bench [--quick] plan NETWORK {training|inference} PRECISION "
      "BATCH\n"
      "       gpu_bench [--quick] {own|jpegs}\n"
      "       gpu_bench kernels NETWORK BATCH {infer|train}\n"
      "       gpu_bench captured NETWORK\n"
      "       gpu_bench machine\n",
      stderr);
  return 2;
}

}  // namespace
}  // namespace alexnet::bench

int main(int argc, char** argv) {
  return alexnet::bench::Main({argv + 1, argv + argc});
}
