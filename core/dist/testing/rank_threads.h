// Ranks that are threads of a test.

#ifndef ALEXNET_CORE_DIST_TESTING_RANK_THREADS_H_
#define ALEXNET_CORE_DIST_TESTING_RANK_THREADS_H_

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/dist/communicator.h"
#include "core/dist/testing/conformance.h"

namespace alexnet {

using Group = std::vector<std::unique_ptr<Communicator>>;

// Runs `rank` on a thread for each communicator, which ends with it.
void RunOnThreads(Group group, const std::function<void(Communicator&)>& rank);

// Makes a test of each case and each number of ranks: "SUITE.NAME/4".
// `make_group` makes a group of that many.
bool RegisterConformanceTests(const char* suite, std::span<const int> sizes,
                              Group (*make_group)(int size),
                              Sums sums = Sums::kByRank);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_RANK_THREADS_H_
