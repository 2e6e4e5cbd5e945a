#include "core/base/worker.h"

#include <algorithm>

#include "core/base/caught.h"
#include "core/base/parallel.h"
#include "core/base/zero_denormals.h"

namespace alexnet {

Worker::Worker(int threads) : asked_(std::max(threads, 1)), team_(asked_) {}

Status Worker::Run(const std::function<Status()>& work) {
  // Before the lock, which a thread of the parent may hold for ever.
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  if (running_.load() == std::this_thread::get_id()) {
    // Another worker's work may be around this one, and a range alone has no
    // team.
    if (TeamSize() == 1) return Caught(work);
    const OnTeam team(team_);
    return Caught(work);
  }
  const std::lock_guard<std::mutex> caller(callers_);
  const ZeroDenormals zero;
  const OnTeam team(team_);
  running_.store(std::this_thread::get_id());
  Status status = Caught(work);
  running_.store({});
  return status;
}

}  // namespace alexnet
