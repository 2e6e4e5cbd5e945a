// RankNetwork: what one rank of a plan runs.

#ifndef ALEXNET_CORE_PARALLEL_RANK_NETWORK_H_
#define ALEXNET_CORE_PARALLEL_RANK_NETWORK_H_

#include "core/base/status.h"
#include "core/network/network.h"
#include "core/parallel/parallel_plan.h"

namespace alexnet {

// Layers and parameters have the names and indices of the whole network's.
// Between two layers shapes are those of two parts of a blob where the plan has
// an exchange, so `info` says what InferNetwork of `network` could not.
struct RankNetwork {
  Network network;
  // Parameters have the rows that the rank holds, and the rules and fans of the
  // whole tensor, from which initial values are drawn. `classes` are all.
  NetworkInfo info;
};

// `plan` is of `network`, `info` what InferNetwork gives of that.
Result<RankNetwork> MakeRankNetwork(const ParallelPlan& plan,
                                    const Network& network,
                                    const NetworkInfo& info, int rank);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_RANK_NETWORK_H_
