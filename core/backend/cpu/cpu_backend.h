// The CPU backend: oneDNN's kernels in its blocked layouts, and our own where
// they are faster or oneDNN has none.

#ifndef ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_
#define ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_

#include <functional>
#include <memory>
#include <string>

#include "core/backend/backend.h"
#include "core/base/status.h"

namespace alexnet {

struct CpuBackendOptions {
  int threads = 0;  // 0: AvailableCpus()
  // Told where there are fewer; may be empty.
  std::function<void(const std::string& message)> warn = nullptr;
};

// The backend owns its threads: with one it computes on its caller's, with more
// on a team of its own, whoever calls. Where the system has not as many, it
// takes those that there are. Results are the same bit for bit from
// run to run with the same threads, instruction set and build. Thread safe;
// calls of Run queue up.
Result<std::shared_ptr<Backend>> CreateCpuBackend(
    const CpuBackendOptions& options = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_
