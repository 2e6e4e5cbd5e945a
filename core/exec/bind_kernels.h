// What the kernels of a plan that goes backward are given.

#ifndef ALEXNET_CORE_EXEC_BIND_KERNELS_H_
#define ALEXNET_CORE_EXEC_BIND_KERNELS_H_

#include <cstddef>
#include <vector>

#include "core/backend/kernel.h"
#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/exec/training_parameters.h"

namespace alexnet {

// By node. What is not in the arena, as the input, and the random state stay
// null.
void BindKernels(const Graph& graph, const MemoryPlan& memory, std::byte* arena,
                 TrainingParameters& parameters,
                 std::vector<ForwardArgs>* forward,
                 std::vector<BackwardArgs>* backward);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_BIND_KERNELS_H_
