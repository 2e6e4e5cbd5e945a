#include "core/base/thread_pool.h"

#include <omp.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace alexnet {

ThreadPool::ThreadPool(int threads, size_t capacity)
    : capacity_(std::max<size_t>(capacity, 1)) {
  threads_.reserve(static_cast<size_t>(std::max(threads, 1)));
  try {
    for (int i = 0; i < std::max(threads, 1); ++i) {
      threads_.emplace_back([this] { Loop(); });
    }
  } catch (const std::system_error&) {
    // The process's limit of threads: go on with those there are.
  }
}

ThreadPool::~ThreadPool() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
  }
  task_added_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPool::Submit(std::function<void()> task) {
  if (threads_.empty()) {
    task();
    return;
  }
  {
    std::unique_lock<std::mutex> lock(mutex_);
    room_made_.wait(lock, [this] { return queue_.size() < capacity_; });
    queue_.push_back(std::move(task));
  }
  task_added_.notify_one();
}

void ThreadPool::Loop() {
  omp_set_num_threads(1);
  for (;;) {
    std::function<void()> task;
    {
      std::unique_lock<std::mutex> lock(mutex_);
      task_added_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
      if (queue_.empty()) return;
      task = std::move(queue_.front());
      queue_.pop_front();
    }
    room_made_.notify_one();
    task();
  }
}

}  // namespace alexnet
