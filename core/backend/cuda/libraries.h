// The libraries that the backend loads when it runs.

#ifndef ALEXNET_CORE_BACKEND_CUDA_LIBRARIES_H_
#define ALEXNET_CORE_BACKEND_CUDA_LIBRARIES_H_

#include <vector>

#include "core/backend/cuda/cuda_backend.h"

namespace alexnet::cuda {

// Tries to load each.
std::vector<CudaLibraryInfo> ReportLibraries();

}  // namespace alexnet::cuda

#endif  // ALEXNET_CORE_BACKEND_CUDA_LIBRARIES_H_
