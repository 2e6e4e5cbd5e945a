// ParallelPlan: what each of several ranks has of a network's blobs and
// parameters, and where they exchange it. It knows no batch.
//
// All plans are one mechanism: a rank runs each layer of the network, or a part
// of it, on the part of the blob that it holds, and where the layer needs
// another part than the layer before gave there is an exchange. Every sample's
// loss is computed on one rank, so that gradients come out right by letting
// each exchange send back what it brought, and adding.

#ifndef ALEXNET_CORE_PARALLEL_PARALLEL_PLAN_H_
#define ALEXNET_CORE_PARALLEL_PARALLEL_PLAN_H_

#include <cstdint>
#include <vector>

#include "core/base/status.h"
#include "core/network/network.h"
#include "core/parallel/blob_placement.h"
#include "core/parallel/parallel_options.h"

namespace alexnet {

struct LayerPlacement {
  BlobPlacement in;
  BlobPlacement out;
};

// Before layer `layer`, or before the loss where that is logits_layer + 1.
struct ExchangeNode {
  int layer = 0;
  BlobPlacement from;
  BlobPlacement to;
};

struct ParameterPlacement {
  // By rank, along the outermost axis: the filters or units that the rank
  // computes, of locally connected layers all units of its channels. So a
  // rank's part is one run of the tensor's memory.
  std::vector<Range> rows;
  // Each rank's gradient is of its own samples only: it is summed over all
  // ranks. Else a rank's rows are no other's, and their gradient is there.
  bool by_samples = false;
};

struct ParallelPlan {
  ParallelOptions options;
  // Up to the logits; a softmax after them has the placement of the loss, in
  // and out.
  std::vector<LayerPlacement> layers;
  BlobPlacement loss;                   // of what the loss reads: the logits
  std::vector<ExchangeNode> exchanges;  // in the order of layers
  std::vector<ParameterPlacement> parameters;
  // Layers from this one on, and the loss, run once for each pass, forward and
  // backward, and their gradients are summed over passes. Pass p is of the
  // samples of rank p.
  int first_in_passes = 0;
  int passes = 1;

  // The samples of a batch that `layer` computes in `pass`, on all ranks
  // together; logits_layer + 1 is the loss.
  Range Samples(int layer, int pass, int64_t batch) const;
  // What `rank` holds of a blob that `layer` reads, or gives, which is placed
  // so. Of the loss it may be empty: a pass has one rank's samples.
  BlobBox BoxOf(const BlobPlacement& placement, int layer, int rank, int pass,
                int64_t batch) const;
  // Refuses a batch that leaves a rank without samples.
  Status CheckBatch(int64_t batch) const;
};

// Refuses, saying which numbers of ranks work, one by which a layer cannot be
// divided, and a hybrid of a network in which no layer gives one position.
Result<ParallelPlan> MakeParallelPlan(const Network& network,
                                      const NetworkInfo& info,
                                      const ParallelOptions& options);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_PARALLEL_PLAN_H_
