#include "core/backend/cuda/math/algorithm_choice.h"

#include <fmt/core.h>

#include <utility>

#include "core/backend/cuda/runtime/errors.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

Result<std::unique_ptr<Operation>> AlgorithmChoice::Try(
    const Algorithm& algorithm, const OperandBytes& bytes) const {
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Operation> operation,
                           algorithm.make());
  ALEXNET_RETURN_IF_ERROR(TryOut(stream_, *operation, bytes));
  return operation;
}

Result<std::unique_ptr<Operation>> AlgorithmChoice::Choose(
    const std::string& problem, const std::vector<Algorithm>& algorithms,
    const OperandBytes& bytes) const {
  if (algorithms.empty()) {
    return UnsupportedError("the library has no algorithm for it");
  }
  if (tune_ && algorithms.size() > 1) {
    return Tune(problem, algorithms, bytes);
  }
  Status first;
  for (const Algorithm& algorithm : algorithms) {
    auto operation = Try(algorithm, bytes);
    if (operation.ok()) return operation;
    ALEXNET_RETURN_IF_ERROR(CheckDevice("trying an algorithm"));
    if (first.ok()) first = operation.status();
  }
  // The favourite's.
  return first.WithContext(
      fmt::format("none of the library's {} algorithms works; the first",
                  algorithms.size()));
}

Result<std::unique_ptr<Operation>> AlgorithmChoice::Tune(
    const std::string& problem, const std::vector<Algorithm>& algorithms,
    const OperandBytes& bytes) const {
  const std::string kept = file_ != nullptr ? file_->Find(problem) : "";
  for (const Algorithm& algorithm : algorithms) {
    if (kept.empty() || algorithm.tag != kept) continue;
    auto operation = Try(algorithm, bytes);
    if (operation.ok()) return operation;
    ALEXNET_RETURN_IF_ERROR(CheckDevice("trying an algorithm"));
  }
  std::vector<std::unique_ptr<Operation>> made;
  std::vector<const Algorithm*> of;
  Status first;
  for (const Algorithm& algorithm : algorithms) {
    auto operation = algorithm.make();
    if (operation.ok()) {
      made.push_back(*std::move(operation));
      of.push_back(&algorithm);
    } else if (first.ok()) {
      first = operation.status();
    }
  }
  if (made.empty()) return first;
  ALEXNET_ASSIGN_OR_RETURN(const Fastest fastest,
                           FindFastest(stream_, made, bytes));
  if (fastest.timed && file_ != nullptr) {
    file_->Keep(problem, of[fastest.index]->tag);
  }
  return std::move(made[fastest.index]);
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME
