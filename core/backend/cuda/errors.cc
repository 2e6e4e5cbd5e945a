#include "core/backend/cuda/errors.h"

#include <fmt/format.h>

namespace alexnet::cuda {

Status FromCuda(cudaError_t error, const std::string& what) {
  if (error == cudaSuccess) return Status();
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
          "there is no NVIDIA GPU on this machine, or its "
          "driver is not loaded; use the device cpu");
    case cudaErrorInsufficientDriver:
      return UnsupportedError(
          "the NVIDIA driver is missing or too old for CUDA 13; install driver "
          "580 or newer, or use the device cpu");
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
    case cudaErrorDevicesUnavailable:
    case cudaErrorUnknown:
      return IoError(told +
                     "; the device is lost to this process. Start again: what "
                     "was saved before is intact, and a training run goes on "
                     "from its last checkpoint with --resume");
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

}  // namespace alexnet::cuda
