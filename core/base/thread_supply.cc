#include "core/base/thread_supply.h"

#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <new>
#include <thread>

namespace alexnet {
namespace {

// Threads that do nothing until they are told to leave.
class Crowd {
 public:
  explicit Crowd(int most) : members_(new (std::nothrow) Member[most]) {}
  ~Crowd() {
    leave_ = true;
    leave_.notify_all();
    for (int i = 0; i < size_; ++i) {
      pthread_join(members_[i].thread, nullptr);
      AwaitGone(members_[i].id);
    }
  }
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  bool Add(const pthread_attr_t& attributes) {
    if (members_ == nullptr) return false;
    Member& member = members_[size_];
    member.crowd = this;
    if (pthread_create(&member.thread, &attributes, Stay, &member) != 0) {
      return false;
    }
    ++size_;
    return true;
  }
  int size() const { return size_; }

 private:
  struct Member {
    Crowd* crowd = nullptr;
    pthread_t thread{};
    pid_t id = 0;  // of the system; set by the thread
  };

  static void* Stay(void* argument) {
    auto* member = static_cast<Member*>(argument);
    member->id = static_cast<pid_t>(syscall(SYS_gettid));
    member->crowd->leave_.wait(false);
    return nullptr;
  }

  // A thread that was joined is still counted for a moment.
  static void AwaitGone(pid_t id) {
    const auto start = std::chrono::steady_clock::now();
    while (syscall(SYS_tgkill, getpid(), id, 0) == 0 &&
           std::chrono::steady_clock::now() - start < std::chrono::seconds(1)) {
      std::this_thread::sleep_for(std::chrono::microseconds(20));
    }
  }

  std::atomic<bool> leave_{false};
  const std::unique_ptr<Member[]> members_;
  int size_ = 0;
};

}  // namespace

int StartableThreads(int most, size_t stack_bytes) {
  if (most <= 0) return 0;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  if (stack_bytes > 0) pthread_attr_setstacksize(&attributes, stack_bytes);
  int startable = 0;
  {
    Crowd crowd(most);
    // Threads that somebody else has just ended may still be counted.
    for (int refusals = 0; crowd.size() < most && refusals < 3;) {
      if (crowd.Add(attributes)) continue;
      ++refusals;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    startable = crowd.size();
  }
  pthread_attr_destroy(&attributes);
  return startable;
}

Status NoThreadError() {
  return OutOfMemoryError(
      "the system starts no further thread; end others or raise the limit on "
      "threads (ulimit -u, or the container's) or on address space (ulimit "
      "-v)");
}

}  // namespace alexnet
