// Worker: one thread that the engine owns and that runs closures one at a time.
// oneDNN here runs on OpenMP, which keeps one pool of threads per calling
// thread: all parallel work of a session goes through its one Worker, so that
// the number of threads is what was asked for, whoever calls. Denormal numbers
// are zero to it.

#ifndef ALEXNET_CORE_BASE_WORKER_H_
#define ALEXNET_CORE_BASE_WORKER_H_

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "core/base/birthplace.h"
#include "core/base/room.h"
#include "core/base/status.h"

namespace alexnet {

// Waits for a condition on atomics: awake for a short while, since waking a
// thread costs more than a small network, then asleep.
class Sleeper {
 public:
  // Returns when `condition` holds. One thread at a time.
  void Await(const std::function<bool()>& condition);
  // To be called after every change that may make it hold.
  void Wake();

 private:
  std::atomic<bool> asleep_{false};
  std::mutex mutex_;
  OnlyHere<std::condition_variable> changed_;
};

// Thread safe: callers queue up. In a child of fork it can be destroyed, and
// refuses to run anything.
class Worker {
 public:
  // With `threads` 1 nothing is started and closures run on their callers; with
  // more, one thread is started whose OpenMP team has that many members, or
  // fewer where the system has not as many threads or OMP_THREAD_LIMIT and its
  // like do not allow them.
  explicit Worker(int threads);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Those that compute, and those that were asked for.
  int threads() const { return std::max<int>(threads_, 1); }
  int asked() const { return asked_; }
  // Runs `work` and returns its status. An exception of `work` becomes a
  // Status. Called from inside `work`, it runs the inner work at once. Where
  // address space was limited when this was made, and there is no room to
  // compute in (core/base/room.h), it is kOutOfMemory and nothing was run.
  Status Run(const std::function<Status()>& work);

 private:
  void Loop();

  const Birthplace birthplace_;
  const int asked_;
  const bool limited_ = RoomIsLimited();
  static constexpr int kNoRoom = -1;      // of a thread that could do nothing
  std::atomic<int> threads_{0};           // set by the thread, when it is ready
  std::atomic<std::thread::id> running_;  // the thread that runs a work
  std::mutex callers_;                    // one caller at a time
  // What is to be done; null when it is done and `status_` says how it went.
  std::atomic<const std::function<Status()>*> work_{nullptr};
  Status status_;
  std::atomic<bool> stopping_{false};
  Sleeper idle_;     // the thread, between works
  Sleeper waiting_;  // the caller, during one
  OnlyHere<std::thread> thread_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_WORKER_H_
