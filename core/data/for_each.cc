#include "core/data/for_each.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <new>
#include <thread>
#include <vector>

#include "core/base/birthplace.h"
#include "core/base/cpu.h"
#include "core/base/no_thread_error.h"

namespace alexnet {
namespace {

constexpr std::chrono::milliseconds kPoll(100);

struct Shared {
  std::mutex mutex;  // guards what follows
  OnlyHere<std::condition_variable> finished;
  int64_t next = 0;
  int64_t done = 0;
  int running = 0;
  Status status;
};

void Work(int worker, int64_t count,
          const std::function<Status(int, int64_t)>& fn, Shared* shared) {
  std::unique_lock<std::mutex> lock(shared->mutex);
  while (shared->status.ok() && shared->next < count) {
    const int64_t index = shared->next++;
    lock.unlock();
    Status status;
    try {
      status = fn(worker, index);
    } catch (const std::bad_alloc&) {
      status = OutOfMemoryError("no memory left; use fewer threads");
    } catch (const std::exception& error) {
      status = InternalError(error.what());
    }
    lock.lock();
    ++shared->done;
    if (!status.ok() && shared->status.ok()) shared->status = status;
  }
  --shared->running;
  shared->finished->notify_all();
}

}  // namespace

int ThreadCount(int asked) { return asked > 0 ? asked : AvailableCpus(); }

Status ForEachParallel(
    int64_t count, int threads, const Interrupt& interrupt,
    const std::function<Status(int worker, int64_t index)>& fn,
    const std::function<void(int64_t done, int64_t total)>& progress) {
  ALEXNET_RETURN_IF_ERROR(interrupt.Check());
  Shared shared;
  const Birthplace birthplace;
  OnlyHere<std::vector<std::jthread>> team;
  const int wanted =
      static_cast<int>(std::clamp<int64_t>(count, 1, std::max(threads, 1)));
  for (int worker = 0; worker < wanted; ++worker) {
    {
      const std::lock_guard<std::mutex> lock(shared.mutex);
      ++shared.running;
    }
    try {
      team->emplace_back(Work, worker, count, std::cref(fn), &shared);
    } catch (const std::exception&) {
      // The limit of threads, or of memory: fewer do the work as well.
      const std::lock_guard<std::mutex> lock(shared.mutex);
      --shared.running;
      break;
    }
  }
  if (team->empty()) return NoThreadError();
  std::unique_lock<std::mutex> lock(shared.mutex);
  while (shared.running > 0) {
    shared.finished->wait_for(lock, kPoll);
    if (progress && shared.status.ok() && shared.running > 0) {
      const int64_t done = shared.done;
      lock.unlock();
      progress(done, count);
      // What came back may be a child of fork, which has no team.
      ALEXNET_RETURN_IF_ERROR(birthplace.Check());
      lock.lock();
    }
    // After progress, which may be what interrupts and is not called again
    // then.
    if (const Status status = interrupt.Check();
        !status.ok() && shared.status.ok()) {
      shared.status = status;
    }
  }
  lock.unlock();
  for (std::jthread& thread : *team) thread.join();
  if (progress && shared.status.ok()) progress(count, count);
  return shared.status;
}

}  // namespace alexnet
