// ParallelFor: how the engine's own kernels use the threads of their Worker.

#ifndef ALEXNET_CORE_BASE_PARALLEL_H_
#define ALEXNET_CORE_BASE_PARALLEL_H_

#include <cstdint>
#include <memory>
#include <type_traits>

namespace alexnet {

// Members of the calling thread's OpenMP team, and the most ranges that
// ParallelFor makes; 1 inside a parallel region.
int TeamSize();

namespace internal {
void ParallelForRanges(int64_t n, int64_t grain, void* fn,
                       void (*call)(void* fn, int64_t begin, int64_t end));
}  // namespace internal

// Calls `fn(begin, end)` for consecutive ranges that together are [0, n), each
// on one thread of the calling thread's OpenMP team, and returns when all are
// done. There are at most as many ranges as threads, and no range is shorter
// than `grain` (at least 1), the least work that is worth a thread, unless n
// is. The ranges depend only on n, grain and the team's size, so that a sum
// whose parts are added in order comes out the same each time. Inside another
// parallel region there is one range. Allocates nothing. `fn` must not throw.
template <typename Fn>
void ParallelFor(int64_t n, int64_t grain, Fn&& fn) {
  using Callable = std::remove_reference_t<Fn>;
  internal::ParallelForRanges(
      n, grain, const_cast<void*>(static_cast<const void*>(std::addressof(fn))),
      [](void* callable, int64_t begin, int64_t end) {
        (*static_cast<Callable*>(callable))(begin, end);
      });
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_PARALLEL_H_
