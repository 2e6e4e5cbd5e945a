// Loss and update loops.

#ifndef ALEXNET_CORE_BACKEND_CPU_UPDATE_H_
#define ALEXNET_CORE_BACKEND_CPU_UPDATE_H_

#include <span>

#include "core/backend/backend.h"
#include "core/base/status.h"

namespace alexnet::cpu {

// As Backend's functions of the same meaning.
Result<LossResult> SoftmaxCrossEntropy(const LossArgs& args);
void MomentumUpdate(std::span<const SgdTensor> tensors, float momentum,
                    float scale);
double SumOfSquares(std::span<const SgdTensor> tensors);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_UPDATE_H_
