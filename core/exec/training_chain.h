// TrainingChain: kernels that a training step runs one after another, forward
// and backward, bound to memory: a network's, or those of one pass. Internal to
// core/exec.

#ifndef ALEXNET_CORE_EXEC_TRAINING_CHAIN_H_
#define ALEXNET_CORE_EXEC_TRAINING_CHAIN_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/exec/graph.h"
#include "core/exec/memory_plan.h"
#include "core/exec/training_parameters.h"
#include "core/network/network.h"

namespace alexnet {

// Not thread safe; Forward and Backward inside Backend::Run.
class TrainingChain {
 public:
  // The first node whose layer learns, or, where `source_learns`, what is below
  // the chain, the first of all; as many as there are where nothing learns.
  // Nodes from that one on have a backward pass.
  void Set(Graph graph, const NetworkInfo& info, bool source_learns);

  const Graph& graph() const { return graph_; }
  bool learns() const { return first_backward_ < graph_.nodes.size(); }
  int64_t arena_bytes() const { return memory_.bytes; }

  // In `arena`, of arena_bytes() or more; blob 0 is the caller's.
  void Bind(const Network& network, std::byte* arena,
            TrainingParameters& parameters);
  void SetSource(const void* source) { forward_.front().src = source; }
  void SetSourceGradient(void* gradient) {
    backward_.front().src_gradient = gradient;
  }
  // Where the gradients of node `node` go in place of the parameters'.
  void SetGradients(size_t node, void* weight, void* bias);

  // Null: of 0 bytes.
  void* blob(int i) const { return forward_[static_cast<size_t>(i) - 1].dst; }
  // Dense float32, and its gradient; null: of 0 bytes, or not made.
  float* output() const { return static_cast<float*>(forward_.back().dst); }
  float* output_gradient() const { return output_gradient_; }

  size_t nodes() const { return graph_.nodes.size(); }
  // What is done with what a ReLU, layer `layer`, gives.
  using Rectified =
      std::function<Status(int layer, const Format& format, const void* blob)>;
  // From node `first` to before `end`. `rectified`: null: nothing is done.
  // Where `check` is not null, it is called before each node, and what it fails
  // with ends the pass.
  Status Forward(const RandomState* random, size_t first, size_t end,
                 const Rectified* rectified,
                 const std::function<Status()>& check = nullptr);
  // Calls written(node) when a node's gradients are there.
  Status Backward(const RandomState* random,
                  const std::function<Status(size_t node)>& written);

  // Calls visit(layer, format) for each ReLU.
  template <typename Visit>
  void VisitRelus(const Visit& visit) const {
    for (size_t i = 0; i < relu_layer_.size(); ++i) {
      if (relu_layer_[i] >= 0) visit(relu_layer_[i], graph_.blobs[i + 1]);
    }
  }
  // Of counted units, fractions of the layers that the chain has, by layer.
  void ReadDeadUnits(const int64_t* counts,
                     std::vector<float>* fractions) const;
  // A line for each node.
  std::string Describe(const Network& network) const;

 private:
  // Whether the bias gradient of `node` comes with its reader's source
  // gradient.
  bool ReaderSums(size_t node) const;

  Graph graph_;
  size_t first_backward_ = 0;
  MemoryPlan memory_;
  std::vector<ForwardArgs> forward_;    // by node
  std::vector<BackwardArgs> backward_;  // by node
  std::vector<int> relu_layer_;         // by node; -1: gives no ReLU's output
  float* output_gradient_ = nullptr;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_TRAINING_CHAIN_H_
