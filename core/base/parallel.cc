#include "core/base/parallel.h"

#include <pthread.h>

#include <algorithm>

namespace alexnet {
namespace {

// The team of each thread: null on a team's own, and on its caller during a
// range. Not a thread_local, whose place a shared library gets either when it
// is loaded, from the little that the system keeps for that, or at its first
// use, which ends the process where there is no memory. Where there is none for
// a key or its value, a thread has no team.
class TeamKey {
 public:
  TeamKey() : made_(pthread_key_create(&key_, nullptr) == 0) {}

  Team* Get() const {
    return made_ ? static_cast<Team*>(pthread_getspecific(key_)) : nullptr;
  }
  void Set(Team* team) const {
    if (made_) pthread_setspecific(key_, team);
  }

 private:
  pthread_key_t key_{};
  const bool made_;
};

const TeamKey& Current() {
  static const TeamKey key;
  return key;
}

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

OnTeam::OnTeam(Team& team) : before_(Current().Get()) { Current().Set(&team); }
OnTeam::~OnTeam() { Current().Set(before_); }

int TeamSize() {
  const Team* const team = Current().Get();
  return team != nullptr ? team->size() : 1;
}

namespace internal {

void ParallelForRanges(int64_t n, int64_t grain, void* fn, RangeFunction call) {
  if (n <= 0) return;
  const TeamKey& current = Current();
  Team* const team = current.Get();
  const int members = team != nullptr ? team->size() : 1;
  const int64_t most = members == 1 ? 1 : int64_t{kRangesPerMember} * members;
  const int64_t ranges =
      std::clamp<int64_t>(n / std::max<int64_t>(grain, 1), 1, most);
  current.Set(nullptr);
  if (ranges == 1) {
    call(fn, 0, 0, n);
  } else {
    Job job{n / ranges, n % ranges, fn, call};
    team->Run(static_cast<int>(ranges), RunRange, &job);
  }
  current.Set(team);
}

}  // namespace internal
}  // namespace alexnet
