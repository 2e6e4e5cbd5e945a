// The libraries that the backend loads when it runs.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_LIBRARIES_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_LIBRARIES_H_

#include <string>
#include <vector>

#include "core/backend/cuda/runtime/namespace.h"

namespace alexnet {

struct CudaLibraryInfo {
  std::string name;     // "cuDNN"
  std::string version;  // empty where it was not loaded
  std::string path;     // likewise
  std::string problem;  // why not, and what to do; empty where it was
};

namespace cuda::inline ALEXNET_CUDA_RUNTIME {

// Tries to load each.
std::vector<CudaLibraryInfo> ReportLibraries();

}  // namespace cuda::inline ALEXNET_CUDA_RUNTIME
}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_LIBRARIES_H_
