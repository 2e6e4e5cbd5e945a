// ChosenOperations: what was chosen for a problem is chosen again for the same
// one, without asking or timing anew.

#ifndef ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CHOSEN_OPERATIONS_H_
#define ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CHOSEN_OPERATIONS_H_

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class ChosenOperations {
 public:
  // That of `problem`, a text that tells problems apart; `choose` gives a
  // Result<std::unique_ptr<Operation>> where it is new.
  template <typename Choose>
  Result<std::shared_ptr<Operation>> Get(const std::string& problem,
                                         const Choose& choose) {
    auto found = chosen_.find(problem);
    if (found == chosen_.end()) {
      ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Operation> operation, choose());
      found = chosen_.emplace(problem, std::move(operation)).first;
    }
    return found->second;
  }

  void Clear() { chosen_.clear(); }

 private:
  std::map<std::string, std::shared_ptr<Operation>> chosen_;
};

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_NVIDIA_CHOSEN_OPERATIONS_H_
