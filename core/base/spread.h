// Spread: independent pieces of work on threads of their own.

#ifndef ALEXNET_CORE_BASE_SPREAD_H_
#define ALEXNET_CORE_BASE_SPREAD_H_

#include <cstddef>
#include <functional>

namespace alexnet {

// Calls `fn(i)` once for each i in [0, count) and returns when all are done:
// on this thread and up to `threads` - 1 others (0: as many as the process may
// use together), in no order. There is no thread for fewer than `per_thread`
// (at least 1) pieces. Where the system starts fewer threads, or memory runs
// out, those that there are do all the work. `fn` must not throw.
void Spread(size_t count, size_t per_thread, int threads,
            const std::function<void(size_t)>& fn);

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_SPREAD_H_
