#include "core/exec/bind_kernels.h"

#include <cstdint>

namespace alexnet {

void BindKernels(const Graph& graph, const MemoryPlan& memory, std::byte* arena,
                 TrainingParameters& parameters,
                 std::vector<ForwardArgs>* forwards,
                 std::vector<BackwardArgs>* backwards) {
  const auto at = [arena](int64_t offset) {
    return offset < 0 ? nullptr : arena + offset;
  };
  const size_t n = graph.nodes.size();
  forwards->resize(n);
  backwards->resize(n);
  for (size_t i = 0; i < n; ++i) {
    const GraphNode& node = graph.nodes[i];
    const KernelMemory& needs = node.kernel->memory();
    ForwardArgs& forward = (*forwards)[i];
    forward.src = at(memory.blobs[i]);
    forward.dst = at(memory.blobs[i + 1]);
    forward.weight = parameters.ForKernels(node.weight);
    forward.bias = parameters.ForKernels(node.bias);
    forward.saved = at(memory.saved[i]);
    forward.scratch = at(memory.scratch[i]);
    BackwardArgs& backward = (*backwards)[i];
    if (needs.backward_reads_src) backward.src = forward.src;
    if (needs.backward_reads_dst) backward.dst = forward.dst;
    backward.dst_gradient = at(memory.gradients[i + 1]);
    backward.src_gradient = at(memory.gradients[i]);
    backward.dst_gradient_masked =
        i + 1 < n && graph.nodes[i + 1].kernel->memory().masks_src_gradient;
    backward.weight = forward.weight;
    backward.weight_gradient =
        parameters.Data(node.weight, ParameterPart::kGradient);
    backward.bias_gradient =
        parameters.Data(node.bias, ParameterPart::kGradient);
    backward.saved = forward.saved;
    backward.scratch = at(memory.backward_scratch[i]);
  }
}

}  // namespace alexnet
