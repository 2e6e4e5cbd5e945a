// OpenMathLibrary on a GPU: cuDNN and cuBLASLt.

#include <memory>
#include <utility>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/cublaslt_products.h"
#include "core/backend/cuda/nvidia/cudnn_convolutions.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class NvidiaMath : public MathLibrary {
 public:
  NvidiaMath(std::unique_ptr<CudnnConvolutions> convolutions,
             std::unique_ptr<CublasLtProducts> products)
      : convolutions_(std::move(convolutions)),
        products_(std::move(products)) {}

  Result<std::shared_ptr<Operation>> MakeConvolution(
      const ConvolutionProblem& problem) override {
    return convolutions_->Make(problem);
  }
  Result<std::shared_ptr<Operation>> MakeProduct(
      const ProductProblem& problem) override {
    return products_->Make(problem);
  }

 private:
  const std::unique_ptr<CudnnConvolutions> convolutions_;
  const std::unique_ptr<CublasLtProducts> products_;
};

}  // namespace

Result<std::unique_ptr<MathLibrary>> OpenMathLibrary(
    cudaStream_t stream, const MathOptions& options) {
  ALEXNET_ASSIGN_OR_RETURN(auto convolutions,
                           CudnnConvolutions::Open(stream, options));
  ALEXNET_ASSIGN_OR_RETURN(auto products,
                           CublasLtProducts::Open(stream, options));
  return std::unique_ptr<MathLibrary>(std::make_unique<NvidiaMath>(
      std::move(convolutions), std::move(products)));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
