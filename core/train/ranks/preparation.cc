#include "core/train/ranks/preparation.h"

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/dist/values.h"

namespace alexnet {
namespace {

// Tells the others that rank 0 is not done, from a thread of its own, until it
// is destroyed.
class Ticker {
 public:
  Ticker(Communicator& comm, std::chrono::milliseconds period) {
    try {
      thread_ = std::thread([this, &comm, period] { Run(comm, period); });
    } catch (const std::system_error&) {
      // They wait for as long as a rank may be late.
    }
  }
  ~Ticker() {
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      done_ = true;
      changed_.notify_all();
    }
    if (thread_.joinable()) thread_.join();
  }
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void Run(Communicator& comm, std::chrono::milliseconds period) {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!changed_.wait_for(lock, period, [this] { return done_; })) {
      lock.unlock();
      int64_t done = 0;
      // Of a failure rank 0 hears at its next operation.
      if (!BroadcastFromRank0(&done, comm).ok()) return;
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

Status PrepareWhileOthersWait(Communicator& comm,
                              std::chrono::milliseconds period,
                              const std::function<Status()>& prepare) {
  {
    const Ticker ticker(comm, period);
    ALEXNET_RETURN_IF_ERROR(prepare());
  }
  int64_t done = 1;
  return BroadcastFromRank0(&done, comm);
}

Status AwaitPreparation(Communicator& comm,
                        const std::function<void()>& heard) {
  int64_t done = 0;
  while (true) {
    ALEXNET_RETURN_IF_ERROR(BroadcastFromRank0(&done, comm));
    if (done != 0) return Status();
    if (heard) heard();
  }
}

}  // namespace alexnet
