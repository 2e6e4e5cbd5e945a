// What ranks on the emulated GPU do in each other's memory when a call of
// CUDA's fails.

#ifndef ALEXNET_CORE_DIST_TESTING_FAILED_CALL_H_
#define ALEXNET_CORE_DIST_TESTING_FAILED_CALL_H_

#include <memory>
#include <vector>

#include "core/backend/backend.h"
#include "core/base/status.h"
#include "core/dist/testing/rank_threads.h"

namespace alexnet {

// Lets each call that `ranks` ranks make for a sum fail once, and expects that
// a rank's memory stays as it is once its Finish has returned, also where that
// is before another rank begins to wait: then the rank frees it.
// `make_backends` and `make_group`, of which no call fails, are asked for each
// run.
void ExpectNothingWrittenAfterFinish(
    int ranks, std::vector<std::shared_ptr<Backend>> (*make_backends)(int),
    Result<Group> (*make_group)(const std::vector<std::shared_ptr<Backend>>&));

// The same where a rank throws when it has given work to its device.
void ExpectNothingWrittenAfterThrow(
    int ranks, std::vector<std::shared_ptr<Backend>> (*make_backends)(int),
    Result<Group> (*make_group)(const std::vector<std::shared_ptr<Backend>>&));

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_TESTING_FAILED_CALL_H_
