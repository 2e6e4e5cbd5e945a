// RunRank: what one rank does, with its failure told to the others.

#ifndef ALEXNET_CORE_DIST_RUN_RANK_H_
#define ALEXNET_CORE_DIST_RUN_RANK_H_

#include <functional>

#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

// Calls `work`. Where it fails or throws, the communicators of all ranks end,
// and what comes back is the failure of the group, since another rank may have
// been first; of a rank that is alone, its own.
Status RunRank(const std::function<Status(Communicator&)>& work,
               Communicator& communicator);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_RUN_RANK_H_
