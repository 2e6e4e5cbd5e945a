#include "core/devices/device_options.h"

#include <fmt/core.h>

#include <charconv>
#include <string_view>
#include <vector>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/math/tuning_file.h"
#include "core/backend/reference/reference_backend.h"
#include "core/base/check.h"

namespace alexnet {
namespace {

// The number of "cuda" or "cuda:N"; none for other names.
std::optional<int> CudaNumber(std::string_view name) {
  constexpr std::string_view kCuda = "cuda";
  if (!name.starts_with(kCuda)) return std::nullopt;
  name.remove_prefix(kCuda.size());
  if (name.empty()) return 0;
  int number = 0;
  const char* end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data() + 1, end, number);
  if (name.front() != ':' || parsed.ec != std::errc() || parsed.ptr != end ||
      number < 0) {
    return std::nullopt;
  }
  return number;
}

Result<std::shared_ptr<Backend>> MakeHostBackend(const DeviceOptions& options) {
  if (options.precision.value_or(Precision::kF32) != Precision::kF32) {
    return UnsupportedError(
               fmt::format("the device {} computes in f32; tf32 and bf16 are a "
                           "GPU's",
                           options.device))
        .WithField("precision");
  }
  if (options.device == "reference") return CreateReferenceBackend();
  CpuBackendOptions cpu;
  cpu.threads = options.threads;
  cpu.warn = options.warn;
  return CreateCpuBackend(cpu);
}

Status UnknownDevice(const std::string& name) {
  if (name.find(',') != std::string::npos) {
    return InvalidArgumentError(
               fmt::format("\"{}\" are several, and this names one; where "
                           "several can work together they are given as "
                           "`devices`",
                           name))
        .WithField("device");
  }
  std::vector<std::string> names = {"cpu", "auto", "reference"};
  const size_t gpus = ListCudaDevices().size();
  for (size_t i = 0; i < gpus; ++i) names.push_back(fmt::format("cuda:{}", i));
  const Status unknown = UnknownName("device", name, names);
  if (gpus > 0) return unknown.WithField("device");
  return Status(unknown.code(), unknown.message() +
                                    ", and no GPU, which would be cuda:0; "
                                    "`alexnet_system_json` says why")
      .WithField("device");
}

}  // namespace

Result<std::shared_ptr<Backend>> MakeBackend(const DeviceOptions& options) {
  constexpr int kMaxThreads = 1024;
  ALEXNET_RETURN_IF_ERROR(
      CheckRange("threads", options.threads, 0, kMaxThreads));
  DeviceOptions chosen = options;
  if (chosen.device.empty()) chosen.device = "cpu";
  const Precision precision = options.precision.value_or(Precision::kF32);
  if (chosen.device == "auto") {
    ALEXNET_ASSIGN_OR_RETURN(const bool gpu, FindCudaDevice());
    chosen.device = gpu ? "cuda:0" : "cpu";
    if (!gpu && precision != Precision::kF32) {
      return UnsupportedError(
                 "there is no GPU for the device auto to take, and the "
                 "processor computes in f32; `alexnet_system_json` says what "
                 "was looked for")
          .WithField("precision");
    }
  }
  if (chosen.device == "cpu" || chosen.device == "reference") {
    return MakeHostBackend(chosen);
  }
  if (const std::optional<int> number = CudaNumber(chosen.device)) {
    CudaBackendOptions cuda;
    cuda.device = *number;
    cuda.precision = precision;
    cuda.tune = chosen.tune;
    cuda.tuning_folder = MachineCacheFolder();
    return CreateCudaBackend(cuda);
  }
  return UnknownDevice(chosen.device);
}

}  // namespace alexnet
