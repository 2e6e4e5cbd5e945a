// Convolutions by cuDNN.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_CONVOLUTIONS_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_CONVOLUTIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/math/algorithm_choice.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/nvidia/chosen_operations.h"
#include "core/backend/cuda/nvidia/cudnn_graph.h"
#include "core/backend/cuda/nvidia/nvidia_libraries.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/birthplace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class CudnnConvolutions {
 public:
  // Of the device that is current, on which `choice` tries algorithms. `tune`:
  // also those that sum in no fixed order.
  static Result<std::unique_ptr<CudnnConvolutions>> Open(
      bool tune, const AlgorithmChoice& choice);
  ~CudnnConvolutions();
  CudnnConvolutions(const CudnnConvolutions&) = delete;
  CudnnConvolutions& operator=(const CudnnConvolutions&) = delete;

  // This object must outlive the operation. The same problem gets the algorithm
  // that was chosen for it before.
  Result<std::shared_ptr<Operation>> Make(const ConvolutionProblem& problem);

 private:
  CudnnConvolutions(bool tune, const AlgorithmChoice& choice,
                    const CudnnFunctions& cudnn)
      : tune_(tune), choice_(choice), cudnn_(cudnn) {}

  Result<std::unique_ptr<Operation>> Choose(const ConvolutionProblem& problem);
  void AddAlgorithms(const ConvolutionProblem& problem,
                     const ConvolutionForm& form, Status* why,
                     std::vector<Algorithm>* algorithms) const;

  const Birthplace birthplace_;
  const bool tune_;
  const AlgorithmChoice choice_;
  const CudnnFunctions& cudnn_;
  cudnnHandle_t handle_ = nullptr;
  ChosenOperations chosen_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CUDNN_CONVOLUTIONS_H_
