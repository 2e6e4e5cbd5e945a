// Worker: a team of threads that runs closures one at a time, so that all
// parallel work of a session uses as many threads as were asked for, whoever
// calls.

#ifndef ALEXNET_CORE_BASE_WORKER_H_
#define ALEXNET_CORE_BASE_WORKER_H_

#include <atomic>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/birthplace.h"
#include "core/base/status.h"
#include "core/base/team.h"

namespace alexnet {

// Thread safe: callers queue up. In a child of fork it can be destroyed, and
// refuses to run anything.
class Worker {
 public:
  // A team of `threads`, at least 1, with its caller, or of fewer where the
  // system starts no more.
  explicit Worker(int threads);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Those that compute, and those that were asked for.
  int threads() const { return team_.size(); }
  int asked() const { return asked_; }
  // Runs `work` on the calling thread, as the first member of the team, and
  // returns its status. Denormal numbers are zero meanwhile (ZeroDenormals). An
  // exception of `work` becomes a Status. Called from inside `work`, on the
  // thread that runs it, it runs the inner work at once.
  Status Run(const std::function<Status()>& work);

 private:
  const Birthplace birthplace_;
  const int asked_;
  Team team_;
  std::atomic<std::thread::id> running_;  // the thread that runs a work
  std::mutex callers_;                    // one at a time
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_WORKER_H_
