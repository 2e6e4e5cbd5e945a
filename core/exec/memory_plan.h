// Lifetimes of everything a plan keeps in its arena.

#ifndef ALEXNET_CORE_EXEC_MEMORY_PLAN_H_
#define ALEXNET_CORE_EXEC_MEMORY_PLAN_H_

#include <cstdint>
#include <span>
#include <vector>

#include "core/exec/arena.h"
#include "core/exec/graph.h"

namespace alexnet {

// Offsets into the arena; -1: not in it.
struct MemoryPlan {
  std::vector<int64_t> blobs;
  std::vector<int64_t> gradients;  // by blob
  std::vector<int64_t> saved;      // by node
  std::vector<int64_t> scratch;    // by node, forward
  std::vector<int64_t> backward_scratch;
  std::vector<int64_t> extra;
  int64_t bytes = 0;
};

// Step i is node i. Blobs of `kept` live to step nodes.size(), when they are
// read. The input is the caller's, and so is the output unless it is kept.
// `extra` asks for more buffers.
MemoryPlan PlanInferenceMemory(const Graph& graph,
                               const std::vector<bool>& kept,
                               std::span<const ArenaRequest> extra);

// Step i is node i forward, step n = nodes.size() the loss, step 2n - i node i
// backward. Nodes below `first_backward` have no backward and it makes no
// gradient of its source. The input is the caller's.
MemoryPlan PlanTrainingMemory(const Graph& graph, int first_backward);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_MEMORY_PLAN_H_
