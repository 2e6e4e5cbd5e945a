// ThreadPool: threads for work that is many independent pieces, such as
// decoding pictures. Work of a network's layers goes through a Worker instead.

#ifndef ALEXNET_CORE_BASE_THREAD_POOL_H_
#define ALEXNET_CORE_BASE_THREAD_POOL_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace alexnet {

// Thread safe. Tasks start in the order in which they were submitted.
class ThreadPool {
 public:
  // `threads` (at least 1) threads and a queue of at most `capacity` (at least
  // 1) tasks that have not started. If the system refuses some of the threads
  // the pool has fewer; if it refuses all, Submit runs tasks itself.
  ThreadPool(int threads, size_t capacity);
  // Runs every task that was submitted, then returns.
  ~ThreadPool();
  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // How many threads there are.
  int threads() const { return static_cast<int>(threads_.size()); }
  // Queues `task`; waits while the queue is full. `task` must not throw and
  // must not call Submit of its own pool: all threads could wait for room that
  // only they can make. Its OpenMP team has one member.
  void Submit(std::function<void()> task);

 private:
  void Loop();

  const size_t capacity_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable task_added_;
  std::condition_variable room_made_;
  std::deque<std::function<void()>> queue_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;  // set by the constructor
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_BASE_THREAD_POOL_H_
