// ForEachParallel: many independent pieces of work over the samples of a data
// set, with progress and interruption.

#ifndef ALEXNET_CORE_DATA_FOR_EACH_H_
#define ALEXNET_CORE_DATA_FOR_EACH_H_

#include <cstdint>
#include <functional>

#include "core/base/cancel.h"
#include "core/base/status.h"

namespace alexnet {

// `asked`, or AvailableCpus() for 0.
int ThreadCount(int asked);

// Calls fn(worker, index) for each index in [0, count), handed out in order to
// `threads` threads of its own, numbered 0..threads - 1 in `worker`; returns
// when all are done. After an error or an interruption no further index is
// handed out and that status is returned. `progress`, which may be empty, is
// called a few times a second and at the end, on the calling thread.
Status ForEachParallel(
    int64_t count, int threads, const Interrupt& interrupt,
    const std::function<Status(int worker, int64_t index)>& fn,
    const std::function<void(int64_t done, int64_t total)>& progress);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_FOR_EACH_H_
