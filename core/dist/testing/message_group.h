// Ranks of a test that meet by messages in memory.

#ifndef ALEXNET_CORE_DIST_TESTING_MESSAGE_GROUP_H_
#define ALEXNET_CORE_DIST_TESTING_MESSAGE_GROUP_H_

#include <memory>

#include "core/dist/limits.h"
#include "core/dist/testing/memory_network.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {

// The first `present` of the network's ranks.
Group MakeMessageGroup(const std::shared_ptr<MemoryNetwork>& network,
                       int present, const CommLimits& limits);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_MESSAGE_GROUP_H_
