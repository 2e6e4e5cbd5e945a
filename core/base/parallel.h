// ParallelFor: how the engine's own kernels use the team of their Worker.

#ifndef ALEXNET_CORE_BASE_PARALLEL_H_
#define ALEXNET_CORE_BASE_PARALLEL_H_

#include <cstdint>
#include <memory>
#include <type_traits>

#include "core/base/team.h"

namespace alexnet {

// While this lives, ParallelFor on this thread runs on `team`.
class OnTeam {
 public:
  explicit OnTeam(Team& team);
  ~OnTeam();
  OnTeam(const OnTeam&) = delete;
  OnTeam& operator=(const OnTeam&) = delete;

 private:
  Team* const before_;
};

// Members of the calling thread's team; 1 without one, and inside a range of
// ParallelFor.
int TeamSize();

// Ranges that ParallelFor makes for each member, at the most: several, since
// one may be slower, or come later, than the others.
inline constexpr int kRangesPerMember = 4;

namespace internal {
using RangeFunction = void (*)(void* fn, int slot, int64_t begin, int64_t end);
void ParallelForRanges(int64_t n, int64_t grain, void* fn, RangeFunction call);
}  // namespace internal

// Calls `fn(begin, end)`, or `fn(slot, begin, end)`, for consecutive ranges
// that together are [0, n), each on one member of the calling thread's team,
// and returns when all are done. Members take the ranges one after the other as
// they are free: which takes which is not known, but no two that run at the
// same time have the same slot, a number in [0, TeamSize()), which is for
// scratch alone.
//
// There are at most kRangesPerMember ranges for each member, and no range is
// shorter than `grain` (at least 1), the least work that is worth a thread,
// unless n is. The ranges depend only on n, grain and the team's size, so that
// a sum whose parts are added in order comes out the same each time. Inside
// another range there is one range. Allocates nothing. `fn` must not throw.
template <typename Fn>
void ParallelFor(int64_t n, int64_t grain, Fn&& fn) {
  using Callable = std::remove_reference_t<Fn>;
  internal::ParallelForRanges(
      n, grain, const_cast<void*>(static_cast<const void*>(std::addressof(fn))),
      [](void* callable, int slot, int64_t begin, int64_t end) {
        auto& call = *static_cast<Callable*>(callable);
        if constexpr (std::is_invocable_v<Callable&, int, int64_t, int64_t>) {
          call(slot, begin, end);
        } else {
          static_cast<void>(slot);
          call(begin, end);
        }
      });
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_PARALLEL_H_
