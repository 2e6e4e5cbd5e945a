// The functions of cuDNN, cuBLASLt and NCCL that the backend calls.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_NVIDIA_LIBRARIES_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_NVIDIA_LIBRARIES_H_

#include <cublasLt.h>
#include <cudnn.h>
#include <nccl.h>

#include <string>

#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

struct CudnnFunctions {
  std::string path;
  decltype(&::cudnnGetVersion) GetVersion;
  decltype(&::cudnnGetErrorString) GetErrorString;
  decltype(&::cudnnGetLastErrorString) GetLastErrorString;
  decltype(&::cudnnCreate) Create;
  decltype(&::cudnnDestroy) Destroy;
  decltype(&::cudnnSetStream) SetStream;
  decltype(&::cudnnBackendCreateDescriptor) CreateDescriptor;
  decltype(&::cudnnBackendDestroyDescriptor) DestroyDescriptor;
  decltype(&::cudnnBackendFinalize) Finalize;
  decltype(&::cudnnBackendSetAttribute) SetAttribute;
  decltype(&::cudnnBackendGetAttribute) GetAttribute;
  decltype(&::cudnnBackendExecute) Execute;
};

struct CublasLtFunctions {
  std::string path;
  decltype(&::cublasLtGetVersion) GetVersion;
  decltype(&::cublasLtGetStatusString) GetStatusString;
  decltype(&::cublasLtCreate) Create;
  decltype(&::cublasLtDestroy) Destroy;
  decltype(&::cublasLtMatmul) Matmul;
  decltype(&::cublasLtMatmulAlgoGetHeuristic) AlgoGetHeuristic;
  decltype(&::cublasLtMatmulDescCreate) MatmulDescCreate;
  decltype(&::cublasLtMatmulDescDestroy) MatmulDescDestroy;
  decltype(&::cublasLtMatmulDescSetAttribute) MatmulDescSetAttribute;
  decltype(&::cublasLtMatrixLayoutCreate) MatrixLayoutCreate;
  decltype(&::cublasLtMatrixLayoutDestroy) MatrixLayoutDestroy;
  decltype(&::cublasLtMatmulPreferenceCreate) PreferenceCreate;
  decltype(&::cublasLtMatmulPreferenceDestroy) PreferenceDestroy;
  decltype(&::cublasLtMatmulPreferenceSetAttribute) PreferenceSetAttribute;
};

struct NcclFunctions {
  std::string path;
  std::string version;  // "2.21.5"
  decltype(&::ncclGetVersion) GetVersion;
  decltype(&::ncclGetErrorString) GetErrorString;
  decltype(&::ncclGetLastError) GetLastError;
  decltype(&::ncclGetUniqueId) GetUniqueId;
  decltype(&::ncclCommInitRank) CommInitRank;
  decltype(&::ncclCommDestroy) CommDestroy;
  decltype(&::ncclCommAbort) CommAbort;
  decltype(&::ncclCommGetAsyncError) CommGetAsyncError;
  decltype(&::ncclAllReduce) AllReduce;
  decltype(&::ncclAllGather) AllGather;
  decltype(&::ncclReduceScatter) ReduceScatter;
  decltype(&::ncclBroadcast) Broadcast;
  decltype(&::ncclSend) Send;
  decltype(&::ncclRecv) Recv;
  decltype(&::ncclGroupStart) GroupStart;
  decltype(&::ncclGroupEnd) GroupEnd;
};

// Loaded at the first call; the same from then on. Thread safe.
Result<const CudnnFunctions*> LoadCudnn();
Result<const CublasLtFunctions*> LoadCublasLt();
Result<const NcclFunctions*> LoadNccl();

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_NVIDIA_LIBRARIES_H_
