// Loss and update loops.

#ifndef ALEXNET_CORE_BACKEND_CPU_UPDATE_H_
#define ALEXNET_CORE_BACKEND_CPU_UPDATE_H_

#include <span>

#include "core/backend/update.h"

namespace alexnet::cpu {

// The loops of Backend::Loss and of a HostUpdate.
void SoftmaxCrossEntropy(const LossArgs& args);
void MomentumUpdate(std::span<const SgdTensor> tensors, float momentum,
                    float scale);
double SumOfSquares(std::span<const SgdTensor> tensors);

}  // namespace alexnet::cpu

#endif  // ALEXNET_CORE_BACKEND_CPU_UPDATE_H_
