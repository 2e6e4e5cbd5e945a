// The CUDA backend: one NVIDIA GPU. cuDNN's convolutions, cuBLASLt's matrix
// products and our own kernels, all on NHWC blobs; a plan's step is one CUDA
// graph. cuDNN and cuBLASLt are loaded at first use, so that one program runs
// with and without a GPU. Where the build has no CUDA, everything here says so.

#ifndef ALEXNET_CORE_BACKEND_CUDA_CUDA_BACKEND_H_
#define ALEXNET_CORE_BACKEND_CUDA_CUDA_BACKEND_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/cuda/math/libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/backend/precision.h"
#include "core/base/status.h"

namespace alexnet {

struct CudaBackendOptions {
  int device = 0;  // number among the GPUs that are there
  Precision precision = Precision::kF32;
  // Times the algorithms for convolutions and matrix products when a plan is
  // compiled and takes the fastest; runs may then differ in their last bits.
  // Otherwise the same work gives the same bits, run after run, on the same
  // kind of GPU with the same libraries.
  bool tune = false;
  // Where what tuning finds is kept for the next time; empty: nowhere.
  std::string tuning_folder;
};

struct CudaDeviceInfo {
  std::string name;        // "NVIDIA H200"
  std::string capability;  // "9.0"
  int64_t memory_bytes = 0;
};

struct CudaReport {
  std::string problem;  // why no device can be used; empty where one can
  std::string driver;   // the newest CUDA that the driver knows, "13.0"
  std::vector<CudaDeviceInfo> devices;
  std::vector<CudaLibraryInfo> libraries;
};

inline namespace ALEXNET_CUDA_RUNTIME {

// Thread safe; calls of Run and of CreateKernel queue up.
Result<std::shared_ptr<Backend>> CreateCudaBackend(
    const CudaBackendOptions& options = {});

// Only the devices: quick. None where they cannot be had.
std::vector<CudaDeviceInfo> ListCudaDevices();
// Whether there is a GPU: false where there is no driver or no device, an error
// where there may be one that something keeps from being used.
Result<bool> FindCudaDevice();
// All of it; tries to load the libraries.
CudaReport ReportCuda();

}  // namespace ALEXNET_CUDA_RUNTIME
}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_CUDA_CUDA_BACKEND_H_
