// Products whose bias is added by a kernel of ours, for those that a library
// has no algorithm for with the bias in it.

#ifndef ALEXNET_CORE_BACKEND_CUDA_KERNELS_BIAS_APART_H_
#define ALEXNET_CORE_BACKEND_CUDA_KERNELS_BIAS_APART_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/backend/cuda/kernels/activation.h"
#include "core/backend/cuda/math/algorithm_choice.h"
#include "core/backend/cuda/math/math_library.h"
#include "core/backend/cuda/runtime/namespace.h"
#include "core/base/status.h"

namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME {

class BiasApart : public Operation {
 public:
  // `product` is that of `problem` without its bias.
  BiasApart(std::unique_ptr<Operation> product, const ProductProblem& problem)
      : product_(std::move(product)), problem_(problem) {}
  int64_t workspace_bytes() const override {
    return product_->workspace_bytes();
  }
  std::string Name() const override {
    return product_->Name() + ", bias apart";
  }
  Status Run(const KernelStream& stream, const Operands& operands) override {
    Operands without = operands;
    without.bias = nullptr;
    ALEXNET_RETURN_IF_ERROR(product_->Run(stream, without));
    const TowerMap units(problem_.m, problem_.n, 1);
    return AddBiasAndActivate(stream, ComputeType(problem_.precision), units,
                              operands.out, operands.bias, /*relu=*/false,
                              units, operands.out);
  }

 private:
  const std::unique_ptr<Operation> product_;
  const ProductProblem problem_;
};

// What a library has for a product; an error of kUnsupported: nothing.
using ProductAlgorithms =
    std::function<Result<std::vector<Algorithm>>(const ProductProblem&)>;

// `of` the problem; of one with a bias, then those without it, to which the
// bias is added apart.
inline Result<std::vector<Algorithm>> WithBiasApart(
    const ProductProblem& problem, const ProductAlgorithms& of) {
  auto algorithms = of(problem);
  if (!problem.bias || (!algorithms.ok() && algorithms.status().code() !=
                                                StatusCode::kUnsupported)) {
    return algorithms;
  }
  if (!algorithms.ok()) algorithms = std::vector<Algorithm>();
  ProductProblem without = problem;
  without.bias = false;
  ALEXNET_ASSIGN_OR_RETURN(std::vector<Algorithm> apart, of(without));
  for (Algorithm& algorithm : apart) {
    algorithm.tag = "bias apart, " + algorithm.tag;
    algorithm.make = [make = std::move(algorithm.make),
                      problem]() -> Result<std::unique_ptr<Operation>> {
      ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Operation> product, make());
      return std::unique_ptr<Operation>(
          std::make_unique<BiasApart>(std::move(product), problem));
    };
    algorithms->push_back(std::move(algorithm));
  }
  return algorithms;
}

}  // namespace alexnet::cuda::inline ALEXNET_CUDA_RUNTIME

#endif  // ALEXNET_CORE_BACKEND_CUDA_KERNELS_BIAS_APART_H_
