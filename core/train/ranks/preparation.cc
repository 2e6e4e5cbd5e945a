#include "core/train/ranks/preparation.h"

#include <algorithm>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <system_error>
#include <thread>

#include "core/base/caught.h"
#include "core/dist/values.h"

namespace alexnet {
namespace {

// How soon rank 0 ends what it does alone once another rank has gone.
constexpr std::chrono::milliseconds kLookEvery(200);

// Tells the others that rank 0 is not done, and looks whether they are there,
// from a thread of its own, until it is destroyed.
class Ticker {
 public:
  // `lost`: is cancelled once `comm` has failed.
  Ticker(Communicator& comm, std::chrono::milliseconds period,
         CancelToken* lost) {
    try {
      thread_ =
          std::thread([this, &comm, period, lost] { Run(comm, period, lost); });
    } catch (const std::system_error&) {
      // They wait for as long as a rank may be late, and rank 0 hears of them
      // when it is done.
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
  void Run(Communicator& comm, std::chrono::milliseconds period,
           CancelToken* lost) {
    using Clock = std::chrono::steady_clock;
    const std::chrono::milliseconds interval = std::min(period, kLookEvery);
    Clock::time_point told = Clock::now();
    std::unique_lock<std::mutex> lock(mutex_);
    while (!changed_.wait_for(lock, interval, [this] { return done_; })) {
      lock.unlock();
      Status status = comm.Check();
      if (status.ok() && Clock::now() - told >= period) {
        int64_t done = 0;
        status = Caught([&] { return BroadcastFromRank0(&done, comm); });
        told = Clock::now();
      }
      if (!status.ok()) return lost->Cancel();
      lock.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

}  // namespace

Status PrepareWhileOthersWait(
    Communicator& comm, std::chrono::milliseconds period,
    const Interrupt& interrupt,
    const std::function<Status(const Interrupt&)>& prepare) {
  CancelToken lost;
  Interrupt either = interrupt;
  either.rank_token = &lost;
  Status prepared;
  {
    const Ticker ticker(comm, period, &lost);
    prepared = prepare(either);
  }
  ALEXNET_RETURN_IF_ERROR(comm.Check());
  ALEXNET_RETURN_IF_ERROR(prepared);
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
