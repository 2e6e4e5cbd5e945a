#include "core/base/worker.h"

#include <omp.h>

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <system_error>

namespace alexnet {
namespace {

Status RunCatching(const std::function<Status()>& work) {
  try {
    return work();
  } catch (const std::bad_alloc&) {
    return OutOfMemoryError("not enough memory; use a smaller batch");
  } catch (const std::exception& error) {
    return InternalError(std::string("unexpected exception: ") + error.what());
  } catch (...) {
    return InternalError("unexpected exception of an unknown type");
  }
}

// The calling thread's OpenMP team has one member while this lives.
class SingleThreaded {
 public:
  SingleThreaded() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~SingleThreaded() { omp_set_num_threads(before_); }
  SingleThreaded(const SingleThreaded&) = delete;
  SingleThreaded& operator=(const SingleThreaded&) = delete;

 private:
  const int before_;
};

}  // namespace

Worker::Worker(int threads) : threads_(std::max(threads, 1)) {
  if (threads_ == 1) return;
  try {
    thread_ = std::thread([this] { Loop(); });
  } catch (const std::system_error&) {
    // Run reports that there is no thread.
  }
}

Worker::~Worker() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Status Worker::Run(const std::function<Status()>& work) {
  if (running_.load() == std::this_thread::get_id()) return RunCatching(work);
  const std::lock_guard<std::mutex> caller(callers_);
  if (threads_ == 1) {
    const SingleThreaded single;
    running_.store(std::this_thread::get_id());
    Status status = RunCatching(work);
    running_.store({});
    return status;
  }
  if (!thread_.joinable()) {
    return IoError(
        "the system started no worker thread; ask for one thread or raise the "
        "limit of threads (ulimit -u)");
  }
  std::unique_lock<std::mutex> lock(mutex_);
  work_ = &work;
  done_ = false;
  changed_.notify_all();
  changed_.wait(lock, [this] { return done_; });
  return std::move(status_);
}

void Worker::Loop() {
  omp_set_dynamic(0);  // the team is as large as asked, however busy the system
  omp_set_num_threads(threads_);
  running_.store(std::this_thread::get_id());
  std::unique_lock<std::mutex> lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || work_ != nullptr; });
    if (work_ == nullptr) return;
    const std::function<Status()>& work = *work_;
    lock.unlock();
    Status status = RunCatching(work);
    lock.lock();
    status_ = std::move(status);
    work_ = nullptr;
    done_ = true;
    changed_.notify_all();
  }
}

}  // namespace alexnet
