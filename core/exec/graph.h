// Graph: a network as the chain of kernels that a plan runs.

#ifndef ALEXNET_CORE_EXEC_GRAPH_H_
#define ALEXNET_CORE_EXEC_GRAPH_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/backend/backend.h"
#include "core/backend/weight_type.h"
#include "core/base/status.h"
#include "core/exec/rank_part.h"
#include "core/network/network.h"

namespace alexnet {

struct GraphNode {
  std::unique_ptr<Kernel> kernel;
  int layer = -1;  // -1: a reorder, or an exchange between ranks
  // The next layer, which the kernel applies too: an activation or a pooling.
  int fused = -1;
  int weight = -1;  // parameter indices
  int bias = -1;
};

// Node i reads blob i and writes blob i + 1. Blob 0 is the dense input, the
// last one the dense output.
struct Graph {
  std::vector<GraphNode> nodes;
  std::vector<Format> blobs;
  // Which blob holds a layer's output; -1 where it is nowhere: an activation or
  // a pooling was fused onto it, it is a ReLU that is applied after pooling, or
  // the graph does not reach it.
  std::vector<int> layer_blob;

  int output() const { return static_cast<int>(blobs.size()) - 1; }
};

struct GraphOptions {
  int64_t batch = 1;
  bool training = false;
  WeightType weight_dtype = WeightType::kF32;
  std::vector<bool> keep;  // by layer; empty: none
  int first = 0;           // layer
  int layers = 0;          // up to this one, which is not in the graph
  // Training: the lowest layer that learns; `layers` where none does.
  int first_learning = 0;
  // Where the network is one rank's part of another; else null. `batch` is that
  // of all ranks.
  RankPart* part = nullptr;
  // Of the layers that `part` has in passes. What brings it its samples is in
  // no graph.
  int pass = 0;
};

// Fuses activations and pooling that `backend` can fuse onto layers that are
// not kept (a ReLU before a maximum onto that), leaves out what computes
// nothing (dropout in inference, an adaptive pooling to the size that is
// there), and puts reorders where formats differ, and exchanges where `part`
// has them. `network` and `info` must outlive the graph. Errors name the layer.
Result<Graph> BuildGraph(const Network& network, const NetworkInfo& info,
                         Backend& backend, const GraphOptions& options);

// For traces: one line per node, `place` being said of its output.
std::string DescribeNode(const Graph& graph, const Network& network, int node,
                         const std::string& place);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_GRAPH_H_
