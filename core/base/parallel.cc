#include "core/base/parallel.h"

#include <algorithm>

namespace alexnet {
namespace {

// Null on a team's own threads, and on its caller during a range. Never
// allocated when it is first used, as those of a shared library else may be.
[[gnu::tls_model("initial-exec")]] constinit thread_local Team* current =
    nullptr;

struct Job {
  // The first `longer` ranges are one longer than `length`.
  int64_t length;
  int64_t longer;
  void* fn;
  internal::RangeFunction call;
};

void RunRange(void* context, int slot, int range) {
  const Job& job = *static_cast<const Job*>(context);
  const int64_t begin =
      range * job.length + std::min<int64_t>(range, job.longer);
  job.call(job.fn, slot, begin,
           begin + job.length + (range < job.longer ? 1 : 0));
}

}  // namespace

OnTeam::OnTeam(Team& team) : before_(current) { current = &team; }
OnTeam::~OnTeam() { current = before_; }

int TeamSize() { return current != nullptr ? current->size() : 1; }

namespace internal {

void ParallelForRanges(int64_t n, int64_t grain, void* fn, RangeFunction call) {
  if (n <= 0) return;
  Team* const team = current;
  const int members = TeamSize();
  const int64_t most = members == 1 ? 1 : int64_t{kRangesPerMember} * members;
  const int64_t ranges =
      std::clamp<int64_t>(n / std::max<int64_t>(grain, 1), 1, most);
  current = nullptr;
  if (ranges == 1) {
    call(fn, 0, 0, n);
  } else {
    Job job{n / ranges, n % ranges, fn, call};
    team->Run(static_cast<int>(ranges), RunRange, &job);
  }
  current = team;
}

}  // namespace internal
}  // namespace alexnet
