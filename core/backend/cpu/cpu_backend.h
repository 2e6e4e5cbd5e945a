// The CPU backend: oneDNN's kernels in its blocked layouts, and our own where
// they are faster or oneDNN has none.

#ifndef ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_
#define ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_

#include <memory>

#include "core/backend/backend.h"
#include "core/base/status.h"

namespace alexnet {

struct CpuBackendOptions {
  int threads = 0;  // 0: AvailableCpus()
};

// The backend owns its threads: with one it computes on its caller's, with more
// on a team of its own, whoever calls. Results are the same bit for bit from
// run to run with the same threads, instruction set and build. Thread safe;
// calls of Run queue up.
Result<std::shared_ptr<Backend>> CreateCpuBackend(
    const CpuBackendOptions& options = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_
