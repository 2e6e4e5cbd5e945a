// The CPU backend: kernels for the instruction set that the processor has, on
// blobs that keep a vector of channels together.

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

// The backend computes on its caller's thread and, with more than one, on those
// that it owns, whoever calls. Where the system has not as many, it takes those
// that there are. Results are the same bit for bit from run to run with the
// same threads, instruction set and build. ALEXNET_MAX_CPU_ISA (x86-64-v2, avx2
// or avx512) limits the instruction set, but for loops that the compiler
// vectorizes; another value is kInvalidArgument. Thread safe; calls of Run
// queue up.
Result<std::shared_ptr<Backend>> CreateCpuBackend(
    const CpuBackendOptions& options = {});

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_CPU_CPU_BACKEND_H_
