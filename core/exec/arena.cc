#include "core/exec/arena.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>

#include "core/base/checked_math.h"

namespace alexnet {
namespace {

struct Placed {
  int64_t begin;
  int64_t end;
  int first;
  int last;
};

// The start of the tightest gap of at least `bytes` between the placed buffers
// that are alive together with `request`; past all of them where none is.
// `placed` is sorted by begin.
int64_t FindGap(const std::vector<Placed>& placed, const ArenaRequest& request,
                int64_t bytes) {
  int64_t end = 0;  // of what was passed so far
  int64_t best = -1;
  int64_t best_slack = std::numeric_limits<int64_t>::max();
  for (const Placed& other : placed) {
    if (other.last < request.first || request.last < other.first) continue;
    const int64_t slack = other.begin - end - bytes;
    if (slack >= 0 && slack < best_slack) {
      best = end;
      best_slack = slack;
    }
    end = std::max(end, other.end);
  }
  return best >= 0 ? best : end;
}

// Places the requests in the order given.
ArenaLayout Place(std::span<const ArenaRequest> requests,
                  const std::vector<size_t>& order) {
  ArenaLayout layout;
  layout.offsets.assign(requests.size(), 0);
  std::vector<Placed> placed;
  for (const size_t i : order) {
    const ArenaRequest& request = requests[i];
    if (request.bytes <= 0) continue;
    const int64_t bytes = RoundUp(request.bytes, kArenaAlignment);
    const int64_t begin = FindGap(placed, request, bytes);
    layout.offsets[i] = begin;
    layout.bytes = std::max(layout.bytes, begin + bytes);
    const Placed here = {begin, begin + bytes, request.first, request.last};
    placed.insert(std::upper_bound(placed.begin(), placed.end(), here,
                                   [](const Placed& a, const Placed& b) {
                                     return a.begin < b.begin;
                                   }),
                  here);
  }
  return layout;
}

}  // namespace

ArenaLayout PlanArena(std::span<const ArenaRequest> requests) {
  std::vector<size_t> order(requests.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return requests[a].first < requests[b].first;
  });
  ArenaLayout by_time = Place(requests, order);
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return requests[a].bytes > requests[b].bytes;
  });
  ArenaLayout by_size = Place(requests, order);
  return by_size.bytes <= by_time.bytes ? by_size : by_time;
}

}  // namespace alexnet
