// The CUDA backend of a test that is built twice: for the emulation and for a
// GPU.

#ifndef ALEXNET_CORE_BACKEND_CUDA_TEST_BACKEND_H_
#define ALEXNET_CORE_BACKEND_CUDA_TEST_BACKEND_H_

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet::testing::inline ALEXNET_CUDA_RUNTIME {

// Where there is none, says why and ends the program: no test can run.
inline std::shared_ptr<Backend> MakeTestBackend(
    const CudaBackendOptions& options) {
  auto backend = CreateCudaBackend(options);
  if (backend.ok()) return *std::move(backend);
  std::fprintf(stderr, "no CUDA backend: %s\n",
               backend.status().ToString().c_str());
  std::exit(1);
}

}  // namespace alexnet::testing::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_TEST_BACKEND_H_
