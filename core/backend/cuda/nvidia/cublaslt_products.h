// Matrix products by cuBLASLt.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUBLASLT_PRODUCTS_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUBLASLT_PRODUCTS_H_

#include <memory>
#include <vector>

#include "core/backend/cuda/math/algorithm_choice.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/chosen_operations.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class CublasLtProducts {
 public:
  // Of the device that is current, on which `choice` tries algorithms.
  static Result<std::unique_ptr<CublasLtProducts>> Open(
      const AlgorithmChoice& choice);
  ~CublasLtProducts();
  CublasLtProducts(const CublasLtProducts&) = delete;
  CublasLtProducts& operator=(const CublasLtProducts&) = delete;

  // This object must outlive the operation. The same problem gets the algorithm
  // that was chosen for it before.
  Result<std::shared_ptr<Operation>> Make(const ProductProblem& problem);

 private:
  CublasLtProducts(const AlgorithmChoice& choice, const CublasLtFunctions& lt)
      : choice_(choice), lt_(lt) {}

  Result<std::unique_ptr<Operation>> Choose(const ProductProblem& problem);
  Result<std::vector<Algorithm>> AlgorithmsOf(
      const ProductProblem& problem) const;

  const Birthplace birthplace_;
  const AlgorithmChoice choice_;
  const CublasLtFunctions& lt_;
  cublasLtHandle_t handle_ = nullptr;
  ChosenOperations chosen_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUBLASLT_PRODUCTS_H_
