// Matrix products by cuBLASLt.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUBLASLT_PRODUCTS_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUBLASLT_PRODUCTS_H_

#include <memory>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/chosen_operations.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class CublasLtProducts {
 public:
  static Result<std::unique_ptr<CublasLtProducts>> Open(
      cudaStream_t stream, const MathOptions& options);
  ~CublasLtProducts();
  CublasLtProducts(const CublasLtProducts&) = delete;
  CublasLtProducts& operator=(const CublasLtProducts&) = delete;

  // This object must outlive the operation. The same problem gets the algorithm
  // that was chosen for it before.
  Result<std::shared_ptr<Operation>> Make(const ProductProblem& problem);

 private:
  CublasLtProducts(cudaStream_t stream, const MathOptions& options,
                   const CublasLtFunctions& lt)
      : stream_(stream), options_(options), lt_(lt) {}

  Result<std::unique_ptr<Operation>> Choose(const ProductProblem& problem);

  const Birthplace birthplace_;
  const cudaStream_t stream_;
  const MathOptions options_;
  const CublasLtFunctions& lt_;
  cublasLtHandle_t handle_ = nullptr;
  ChosenOperations chosen_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUBLASLT_PRODUCTS_H_
