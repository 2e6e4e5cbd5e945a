// Choosing among the algorithms that a library has for a problem.

#ifndef ALEXNET_CORE_BACKEND_CUDA_MATH_ALGORITHM_CHOICE_H_
#define ALEXNET_CORE_BACKEND_CUDA_MATH_ALGORITHM_CHOICE_H_

#include <cuda_runtime.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/cuda/math/candidates.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/math/tuning_file.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

// One that has not been made yet, which may take a library long.
struct Algorithm {
  // Tells it from the others of its problem; the same in every process that has
  // the same version of the library.
  std::string tag;
  // Fails where the algorithm does not work here.
  std::function<Result<std::unique_ptr<Operation>>()> make;
};

class AlgorithmChoice {
 public:
  // `file`: null, or where what tuning finds is kept; it and `stream` must
  // outlive this object.
  AlgorithmChoice(cudaStream_t stream, bool tune, TuningFile* file)
      : stream_(stream), tune_(tune), file_(file) {}

  // Of `algorithms`, the library's favourites first. Tuned: the one that was
  // found the fastest for `problem` before, else all that can be made are
  // timed. Otherwise the first that can be made. Whichever it is has run to its
  // end once, if there is memory for that; where it fails, the next is taken.
  Result<std::unique_ptr<Operation>> Choose(
      const std::string& problem, const std::vector<Algorithm>& algorithms,
      const OperandBytes& bytes) const;

 private:
  Result<std::unique_ptr<Operation>> Try(const Algorithm& algorithm,
                                         const OperandBytes& bytes) const;
  Result<std::unique_ptr<Operation>> Tune(
      const std::string& problem, const std::vector<Algorithm>& algorithms,
      const OperandBytes& bytes) const;

  const cudaStream_t stream_;
  const bool tune_;
  TuningFile* const file_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_MATH_ALGORITHM_CHOICE_H_
