#include "core/infer/session_options.h"

#include <fmt/format.h>

#include "core/backend/cpu/cpu_backend.h"
#include "core/backend/reference/reference_backend.h"

namespace alexnet {

Result<std::shared_ptr<Backend>> MakeBackend(const std::string& name,
                                             int threads) {
  constexpr int kMaxThreads = 1024;
  if (threads < 0 || threads > kMaxThreads) {
    return InvalidArgumentError(
               fmt::format("must be 0 (all there are) to {}, not {}",
                           kMaxThreads, threads))
        .WithField("threads");
  }
  if (name == "cpu") {
    CpuBackendOptions options;
    options.threads = threads;
    return CreateCpuBackend(options);
  }
  if (name == "reference") return CreateReferenceBackend();
  return NotFoundError(
             fmt::format("there is no backend \"{}\"; there are cpu and "
                         "reference",
                         name))
      .WithField("backend");
}

}  // namespace alexnet
