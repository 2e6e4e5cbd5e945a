// The backends of a run's ranks.

#ifndef ALEXNET_CORE_TRAIN_RANKS_RANK_DEVICES_H_
#define ALEXNET_CORE_TRAIN_RANKS_RANK_DEVICES_H_

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/train/train_options.h"

namespace alexnet {

// By rank: those of `devices`, with a share of `threads` each, or the one of
// `device`. Refuses both together, an empty name, and several of which one is
// not the host's.
Result<std::vector<std::shared_ptr<Backend>>> MakeRankBackends(
    const TrainOptions& options);

// A rank's part of `threads` of all `ranks`, at least 1; 0 is as many as the
// process may use.
int ThreadsOfRank(int threads, int rank, int ranks);

}  // namespace alexnet

#endif  // ALEXNET_CORE_TRAIN_RANKS_RANK_DEVICES_H_
