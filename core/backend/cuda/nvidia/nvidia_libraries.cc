#include "core/backend/cuda/nvidia/nvidia_libraries.h"

#include <fmt/core.h>

#include <mutex>
#include <utility>

#include "core/backend/cuda/loader/dynamic_library.h"
#include "core/backend/cuda/math/libraries.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

constexpr const char* kCudnn = "cuDNN 9";
constexpr const char* kCublasLt = "cuBLASLt 13";
constexpr const char* kNccl = "NCCL 2";
// The first whose operations can be recorded beside others that are not, and
// whose communicators another thread can abort.
constexpr int kLeastNccl = 21800;

// Whether a library that tells by `symbol` what CUDA it is for will do.
Status CheckMajor(const DynamicLibrary& library, const char* symbol) {
  size_t (*version)() = nullptr;
  ALEXNET_RETURN_IF_ERROR(library.Find(symbol, &version));
  return CheckCudaVersion(library, version());
}

Result<CudnnFunctions> OpenCudnn() {
  // Those for CUDA 12 and 13 have the same file name.
  ALEXNET_ASSIGN_OR_RETURN(
      const DynamicLibrary library,
      DynamicLibrary::Open({kCudnn, "libcudnn.so.9", "libcudnn_graph.so.9"},
                           [](const auto& found) {
                             return CheckMajor(found, "cudnnGetCudartVersion");
                           }));
  CudnnFunctions cudnn;
  cudnn.path = library.path();
  const auto find = [&](const char* symbol, auto* function) {
    return library.Find(symbol, function);
  };
  ALEXNET_RETURN_IF_ERROR(find("cudnnGetVersion", &cudnn.GetVersion));
  ALEXNET_RETURN_IF_ERROR(find("cudnnGetErrorString", &cudnn.GetErrorString));
  ALEXNET_RETURN_IF_ERROR(
      find("cudnnGetLastErrorString", &cudnn.GetLastErrorString));
  ALEXNET_RETURN_IF_ERROR(find("cudnnCreate", &cudnn.Create));
  ALEXNET_RETURN_IF_ERROR(find("cudnnDestroy", &cudnn.Destroy));
  ALEXNET_RETURN_IF_ERROR(find("cudnnSetStream", &cudnn.SetStream));
  ALEXNET_RETURN_IF_ERROR(
      find("cudnnBackendCreateDescriptor", &cudnn.CreateDescriptor));
  ALEXNET_RETURN_IF_ERROR(
      find("cudnnBackendDestroyDescriptor", &cudnn.DestroyDescriptor));
  ALEXNET_RETURN_IF_ERROR(find("cudnnBackendFinalize", &cudnn.Finalize));
  ALEXNET_RETURN_IF_ERROR(
      find("cudnnBackendSetAttribute", &cudnn.SetAttribute));
  ALEXNET_RETURN_IF_ERROR(
      find("cudnnBackendGetAttribute", &cudnn.GetAttribute));
  ALEXNET_RETURN_IF_ERROR(find("cudnnBackendExecute", &cudnn.Execute));
  return cudnn;
}

Result<CublasLtFunctions> OpenCublasLt() {
  ALEXNET_ASSIGN_OR_RETURN(
      const DynamicLibrary library,
      DynamicLibrary::Open(
          {kCublasLt, "libcublasLt.so.13"}, [](const auto& found) {
            return CheckMajor(found, "cublasLtGetCudartVersion");
          }));
  CublasLtFunctions lt;
  lt.path = library.path();
  const auto find = [&](const char* symbol, auto* function) {
    return library.Find(symbol, function);
  };
  ALEXNET_RETURN_IF_ERROR(find("cublasLtGetVersion", &lt.GetVersion));
  ALEXNET_RETURN_IF_ERROR(find("cublasLtGetStatusString", &lt.GetStatusString));
  ALEXNET_RETURN_IF_ERROR(find("cublasLtCreate", &lt.Create));
  ALEXNET_RETURN_IF_ERROR(find("cublasLtDestroy", &lt.Destroy));
  ALEXNET_RETURN_IF_ERROR(find("cublasLtMatmul", &lt.Matmul));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulAlgoGetHeuristic", &lt.AlgoGetHeuristic));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulDescCreate", &lt.MatmulDescCreate));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulDescDestroy", &lt.MatmulDescDestroy));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulDescSetAttribute", &lt.MatmulDescSetAttribute));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatrixLayoutCreate", &lt.MatrixLayoutCreate));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatrixLayoutDestroy", &lt.MatrixLayoutDestroy));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulPreferenceCreate", &lt.PreferenceCreate));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulPreferenceDestroy", &lt.PreferenceDestroy));
  ALEXNET_RETURN_IF_ERROR(
      find("cublasLtMatmulPreferenceSetAttribute", &lt.PreferenceSetAttribute));
  return lt;
}

std::string NcclVersion(int version) {
  return fmt::format("{}.{}.{}", version / 10000, version / 100 % 100,
                     version % 100);
}

Status CheckNccl(const DynamicLibrary& library) {
  decltype(&::ncclGetVersion) get_version = nullptr;
  ALEXNET_RETURN_IF_ERROR(library.Find("ncclGetVersion", &get_version));
  int version = 0;
  if (get_version(&version) != ncclSuccess || version < kLeastNccl) {
    return UnsupportedError(
        fmt::format("{} is NCCL {}, and {} or newer is needed", library.path(),
                    NcclVersion(version), NcclVersion(kLeastNccl)));
  }
  return Status();
}

Result<NcclFunctions> OpenNccl() {
  ALEXNET_ASSIGN_OR_RETURN(
      const DynamicLibrary library,
      DynamicLibrary::Open({kNccl, "libnccl.so.2"}, CheckNccl));
  NcclFunctions nccl;
  nccl.path = library.path();
  const auto find = [&](const char* symbol, auto* function) {
    return library.Find(symbol, function);
  };
  ALEXNET_RETURN_IF_ERROR(find("ncclGetVersion", &nccl.GetVersion));
  ALEXNET_RETURN_IF_ERROR(find("ncclGetErrorString", &nccl.GetErrorString));
  ALEXNET_RETURN_IF_ERROR(find("ncclGetLastError", &nccl.GetLastError));
  ALEXNET_RETURN_IF_ERROR(find("ncclGetUniqueId", &nccl.GetUniqueId));
  ALEXNET_RETURN_IF_ERROR(find("ncclCommInitRank", &nccl.CommInitRank));
  ALEXNET_RETURN_IF_ERROR(find("ncclCommDestroy", &nccl.CommDestroy));
  ALEXNET_RETURN_IF_ERROR(find("ncclCommAbort", &nccl.CommAbort));
  ALEXNET_RETURN_IF_ERROR(
      find("ncclCommGetAsyncError", &nccl.CommGetAsyncError));
  ALEXNET_RETURN_IF_ERROR(find("ncclAllReduce", &nccl.AllReduce));
  ALEXNET_RETURN_IF_ERROR(find("ncclAllGather", &nccl.AllGather));
  ALEXNET_RETURN_IF_ERROR(find("ncclReduceScatter", &nccl.ReduceScatter));
  ALEXNET_RETURN_IF_ERROR(find("ncclBroadcast", &nccl.Broadcast));
  ALEXNET_RETURN_IF_ERROR(find("ncclSend", &nccl.Send));
  ALEXNET_RETURN_IF_ERROR(find("ncclRecv", &nccl.Recv));
  ALEXNET_RETURN_IF_ERROR(find("ncclGroupStart", &nccl.GroupStart));
  ALEXNET_RETURN_IF_ERROR(find("ncclGroupEnd", &nccl.GroupEnd));
  int version = 0;
  if (nccl.GetVersion(&version) == ncclSuccess) {
    nccl.version = NcclVersion(version);
  }
  return nccl;
}

// Keeps what was opened, to the program's very end: others' objects may still
// close what they have of it then. What failed is tried again, since the next
// call may come after somebody mended it.
template <typename Functions>
Result<const Functions*> Once(Result<Functions> (*open)()) {
  static std::mutex& mutex = *new std::mutex;
  static const Functions* functions = nullptr;
  const std::lock_guard lock(mutex);
  if (functions == nullptr) {
    ALEXNET_ASSIGN_OR_RETURN(Functions opened, open());
    functions = new Functions(std::move(opened));
  }
  return functions;
}

CudaLibraryInfo InfoOf(const char* name, const Status& status) {
  CudaLibraryInfo info;
  info.name = name;
  if (!status.ok()) info.problem = status.message();
  return info;
}

CudaLibraryInfo NcclInfo() {
  const auto nccl = LoadNccl();
  CudaLibraryInfo info = InfoOf(kNccl, nccl.status());
  if (!nccl.ok()) return info;
  info.path = (*nccl)->path;
  info.version = (*nccl)->version;
  return info;
}

}  // namespace

Result<const CudnnFunctions*> LoadCudnn() { return Once(OpenCudnn); }
Result<const CublasLtFunctions*> LoadCublasLt() { return Once(OpenCublasLt); }
Result<const NcclFunctions*> LoadNccl() { return Once(OpenNccl); }

std::vector<CudaLibraryInfo> ReportLibraries() {
  const auto cudnn = LoadCudnn();
  CudaLibraryInfo cudnn_info = InfoOf(kCudnn, cudnn.status());
  if (cudnn.ok()) {
    const size_t version = (*cudnn)->GetVersion();
    cudnn_info.path = (*cudnn)->path;
    cudnn_info.version = fmt::format("{}.{}.{}", version / 10000,
                                     version / 100 % 100, version % 100);
  }
  const auto lt = LoadCublasLt();
  CudaLibraryInfo lt_info = InfoOf(kCublasLt, lt.status());
  if (lt.ok()) {
    const size_t version = (*lt)->GetVersion();
    lt_info.path = (*lt)->path;
    lt_info.version = fmt::format("{}.{}.{}", version / 10000,
                                  version / 100 % 100, version % 100);
  }
  return {cudnn_info, lt_info, NcclInfo()};
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
