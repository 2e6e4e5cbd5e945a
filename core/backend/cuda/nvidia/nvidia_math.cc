// OpenMathLibrary on a GPU: cuDNN and cuBLASLt.

#include <fmt/core.h>

#include <memory>
#include <optional>
#include <utility>

#include "core/backend/cuda/math/algorithm_choice.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/math/tuning_file.h"
#include "core/backend/cuda/nvidia/cublaslt_products.h"
#include "core/backend/cuda/nvidia/cudnn_convolutions.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {
namespace {

class NvidiaMath : public MathLibrary {
 public:
  Status Open(cudaStream_t stream, const MathOptions& options) {
    if (options.tune && !options.tuning_folder.empty()) {
      ALEXNET_ASSIGN_OR_RETURN(std::string machine, Machine());
      file_.emplace(options.tuning_folder, std::move(machine));
    }
    const AlgorithmChoice choice(stream, options.tune,
                                 file_ ? &*file_ : nullptr);
    ALEXNET_ASSIGN_OR_RETURN(convolutions_,
                             CudnnConvolutions::Open(options.tune, choice));
    ALEXNET_ASSIGN_OR_RETURN(products_, CublasLtProducts::Open(choice));
    return Status();
  }

  Result<std::shared_ptr<Operation>> MakeConvolution(
      const ConvolutionProblem& problem) override {
    return convolutions_->Make(problem);
  }
  Result<std::shared_ptr<Operation>> MakeProduct(
      const ProductProblem& problem) override {
    return products_->Make(problem);
  }
  std::vector<std::string> Notes() const override {
    return file_ ? file_->notes() : std::vector<std::string>();
  }

 private:
  // What the fastest algorithm depends on.
  static Result<std::string> Machine() {
    const char* const what = "asking for a GPU's properties";
    int device = 0;
    int driver = 0;
    cudaDeviceProp properties;
    ALEXNET_RETURN_IF_ERROR(FromCuda(cudaGetDevice(&device), what));
    ALEXNET_RETURN_IF_ERROR(
        FromCuda(cudaGetDeviceProperties(&properties, device), what));
    ALEXNET_RETURN_IF_ERROR(FromCuda(cudaDriverGetVersion(&driver), what));
    ALEXNET_ASSIGN_OR_RETURN(const CudnnFunctions* cudnn, LoadCudnn());
    ALEXNET_ASSIGN_OR_RETURN(const CublasLtFunctions* lt, LoadCublasLt());
    return fmt::format(
        "{} {}.{}, {} multiprocessors, driver {}, cuDNN {}, "
        "cuBLASLt {}",
        properties.name, properties.major, properties.minor,
        properties.multiProcessorCount, driver, cudnn->GetVersion(),
        lt->GetVersion());
  }

  std::optional<TuningFile> file_;
  std::unique_ptr<CudnnConvolutions> convolutions_;
  std::unique_ptr<CublasLtProducts> products_;
};

}  // namespace

Result<std::unique_ptr<MathLibrary>> OpenMathLibrary(
    cudaStream_t stream, const MathOptions& options) {
  auto math = std::make_unique<NvidiaMath>();
  ALEXNET_RETURN_IF_ERROR(math->Open(stream, options));
  return std::unique_ptr<MathLibrary>(std::move(math));
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
