// The GPUs that there are, and what is found of their driver and libraries.

#include <cuda_runtime.h>
#include <fmt/core.h>

#include "core/backend/cuda/cuda_backend.h"
#include "core/backend/cuda/math/libraries.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::inline ALEXNET_CUDA_RUNTIME {
namespace {

Result<std::vector<CudaDeviceInfo>> FindDevices() {
  int count = 0;
  ALEXNET_RETURN_IF_ERROR(
      cuda::FromCuda(cudaGetDeviceCount(&count), "looking for GPUs"));
  std::vector<CudaDeviceInfo> devices;
  for (int i = 0; i < count; ++i) {
    cudaDeviceProp properties;
    ALEXNET_RETURN_IF_ERROR(
        cuda::FromCuda(cudaGetDeviceProperties(&properties, i),
                       "asking for a GPU's properties"));
    devices.push_back({properties.name,
                       fmt::format("{}.{}", properties.major, properties.minor),
                       static_cast<int64_t>(properties.totalGlobalMem)});
  }
  return devices;
}

}  // namespace

std::vector<CudaDeviceInfo> ListCudaDevices() {
  Result<std::vector<CudaDeviceInfo>> devices = FindDevices();
  return devices.ok() ? *std::move(devices) : std::vector<CudaDeviceInfo>();
}

Result<bool> FindCudaDevice() {
  int driver = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver == 0) return false;
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error == cudaErrorNoDevice) return false;
  ALEXNET_RETURN_IF_ERROR(cuda::FromCuda(error, "looking for GPUs"));
  return count > 0;
}

CudaReport ReportCuda() {
  CudaReport report;
  int driver = 0;
  if (cudaDriverGetVersion(&driver) == cudaSuccess && driver > 0) {
    report.driver = fmt::format("{}.{}", driver / 1000, driver % 1000 / 10);
  }
  Result<std::vector<CudaDeviceInfo>> devices = FindDevices();
  if (devices.ok()) {
    report.devices = *std::move(devices);
  } else {
    report.problem = devices.status().message();
  }
  report.libraries = cuda::ReportLibraries();
  return report;
}

}  // namespace alexnet::inline ALEXNET_CUDA_RUNTIME
