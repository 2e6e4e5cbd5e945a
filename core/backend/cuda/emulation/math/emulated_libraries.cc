// The emulation loads nothing.

#include "core/backend/cuda/math/libraries.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

std::vector<CudaLibraryInfo> ReportLibraries() {
  return {{"emulation", "1", "", ""}};
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
