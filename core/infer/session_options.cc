#include "core/infer/session_options.h"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/reference/reference_backend.h"

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

Result<std::shared_ptr<Backend>> MakeHostBackend(
    const BackendOptions& options) {
  if (options.precision.value_or(Precision::kF32) != Precision::kF32) {
    return UnsupportedError(
               fmt::format("the device {} computes in f32; tf32 and bf16 are a "
                           "GPU's",
                           options.backend))
        .WithField("precision");
  }
  if (options.backend == "reference") return CreateReferenceBackend();
  CpuBackendOptions cpu;
  cpu.threads = options.threads;
  return CreateCpuBackend(cpu);
}

}  // namespace

Result<std::shared_ptr<Backend>> MakeBackend(const BackendOptions& options) {
  if (options.instance != nullptr) return options.instance;
  constexpr int kMaxThreads = 1024;
  if (options.threads < 0 || options.threads > kMaxThreads) {
    return InvalidArgumentError(
               fmt::format("must be 0 (all there are) to {}, not {}",
                           kMaxThreads, options.threads))
        .WithField("threads");
  }
  BackendOptions chosen = options;
  if (chosen.backend.empty()) chosen.backend = "cpu";
  const Precision precision = options.precision.value_or(Precision::kF32);
  if (chosen.backend == "auto") {
    ALEXNET_ASSIGN_OR_RETURN(const bool gpu, FindCudaDevice());
    chosen.backend = gpu ? "cuda:0" : "cpu";
    if (!gpu && precision != Precision::kF32) {
      return UnsupportedError(
                 "there is no GPU for the device auto to take, and the "
                 "processor computes in f32; `alexnet doctor` says what was "
                 "looked for")
          .WithField("precision");
    }
  }
  if (chosen.backend == "cpu" || chosen.backend == "reference") {
    return MakeHostBackend(chosen);
  }
  if (const std::optional<int> number = CudaNumber(chosen.backend)) {
    CudaBackendOptions cuda;
    cuda.device = *number;
    cuda.precision = precision;
    cuda.tune = chosen.tune;
    return CreateCudaBackend(cuda);
  }
  std::string there;
  const size_t gpus = ListCudaDevices().size();
  for (size_t i = 0; i < gpus; ++i) there += fmt::format("cuda:{}, ", i);
  return NotFoundError(
             fmt::format("there is no device \"{}\"; there are cpu, {}auto and "
                         "reference{}",
                         chosen.backend, there,
                         gpus > 0 ? ""
                                  : ", and no GPU, which would be cuda:0: "
                                    "`alexnet doctor` says why"))
      .WithField("device");
}

}  // namespace alexnet
