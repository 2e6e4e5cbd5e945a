#include "core/backend/cuda/runtime/errors.h"

#include <fmt/core.h>

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

namespace {

constexpr const char* kNeeded = "install driver 580 or newer";

Status DriverError() {
  int version = 0;
  if (cudaDriverGetVersion(&version) != cudaSuccess || version == 0) {
    return UnsupportedError(fmt::format(
        "there is no NVIDIA driver on this machine; {}, or use the device cpu",
        kNeeded));
  }
  return UnsupportedError(fmt::format(
      "the NVIDIA driver is too old: it knows CUDA {}.{}, and this program "
      "needs CUDA 13; {}, or use the device cpu",
      version / 1000, version % 1000 / 10, kNeeded));
}

}  // namespace

Status FromCuda(cudaError_t error, const std::string& what) {
  if (error == cudaSuccess) return Status();
  cudaGetLastError();  // libraries would take it for their own
  const std::string told =
      fmt::format("{} failed: {} ({})", what, cudaGetErrorString(error),
                  cudaGetErrorName(error));
  switch (error) {
    case cudaErrorMemoryAllocation:
      return OutOfMemoryError(told +
                              "; use a smaller batch or bfloat16, or end other "
                              "programs on the device");
    case cudaErrorNoDevice:
      return UnsupportedError(
          "there is no NVIDIA GPU on this machine; use the device cpu");
    case cudaErrorInsufficientDriver:
      return DriverError();
    case cudaErrorCompatNotSupportedOnDevice:
    case cudaErrorDevicesUnavailable:
    case cudaErrorSystemDriverMismatch:
    case cudaErrorSystemNotReady:
      return UnsupportedError(
          told +
          "; nvidia-smi says whether another program holds the GPU for itself "
          "and whether the driver is whole");
    case cudaErrorNoKernelImageForDevice:
      return UnsupportedError(told +
                              "; this program has no code for the GPU, which "
                              "needs compute capability 7.5 or newer");
    case cudaErrorAssert:
    case cudaErrorContained:
    case cudaErrorECCUncorrectable:
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorTensorMemoryLeak:
    case cudaErrorIllegalAddress:
    case cudaErrorMisalignedAddress:
    case cudaErrorIllegalInstruction:
    case cudaErrorInvalidAddressSpace:
    case cudaErrorInvalidPc:
    case cudaErrorHardwareStackError:
    case cudaErrorLaunchFailure:
    case cudaErrorLaunchTimeout:
    case cudaErrorUnknown:
      return IoError(told +
                     "; the device is lost to this process. Start again: what "
                     "was saved before is intact");
    default:
      return InternalError(told);
  }
}

Status CheckDevice(const std::string& what) {
  size_t free = 0;
  size_t total = 0;
  const Status status = FromCuda(cudaMemGetInfo(&free, &total), what);
  return status.code() == StatusCode::kIo ? status : Status();
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
