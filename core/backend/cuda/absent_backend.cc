// What cuda_backend.h is where the build has no CUDA.

#include "core/backend/cuda/cuda_backend.h"

namespace alexnet::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr const char* kAbsent =
    "this build has no CUDA; build it on a machine with the CUDA 13 toolkit, "
    "cuDNN 9 and NCCL 2 (--//:cuda=on says what is missing), or use the device "
    "cpu";

}  // namespace

Result<std::shared_ptr<Backend>> CreateCudaBackend(const CudaBackendOptions&) {
  return UnsupportedError(kAbsent).WithField("device");
}

std::vector<CudaDeviceInfo> ListCudaDevices() { return {}; }

Result<bool> FindCudaDevice() { return false; }

CudaReport ReportCuda() {
  CudaReport report;
  report.problem = kAbsent;
  return report;
}

}  // namespace alexnet::inline ALEXNET_CUDA_RUNTIME
