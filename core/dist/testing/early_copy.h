// What a device reads that does not wait for what ranks exchange.

#ifndef ALEXNET_CORE_DIST_TESTING_EARLY_COPY_H_
#define ALEXNET_CORE_DIST_TESTING_EARLY_COPY_H_

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {

// Expects that a copy of a sum's output has the old values without a fence, and
// the new ones after it: so that tests on devices whose streams are late see a
// fence that is missing. Of ranks in the host's memory, one for each backend.
void ExpectOldValuesWithoutAFence(
    const std::vector<std::shared_ptr<Backend>>& backends, Group group);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_EARLY_COPY_H_
