// RunLocalRanks: ranks that are threads of this process.

#ifndef ALEXNET_CORE_DIST_RANK_GROUP_H_
#define ALEXNET_CORE_DIST_RANK_GROUP_H_

#include <functional>

#include "core/base/status.h"
#include "core/dist/communicator.h"
#include "core/dist/limits.h"

namespace alexnet {

// Calls `run` for each of `size` ranks, rank 0 on the calling thread and each
// other one on a thread of its own, and returns when all have returned. A rank
// whose `run` fails or throws aborts the others, and its failure, with its
// rank, is what comes back; a rank that is alone fails with its own status.
// Before `run` returns it waits for operations that use memory of its own:
// where it fails, by Communicator::Abort and Finish.
Status RunLocalRanks(int size, const CommLimits& limits,
                     const std::function<Status(Communicator&)>& run);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_RANK_GROUP_H_
