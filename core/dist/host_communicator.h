// HostCommunicator: a communicator over memory of the host, whose queue is a
// thread that runs one operation after another.

#ifndef ALEXNET_CORE_DIST_HOST_COMMUNICATOR_H_
#define ALEXNET_CORE_DIST_HOST_COMMUNICATOR_H_

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/base/birthplace.h"
#include "core/dist/communicator.h"
#include "core/dist/exchange.h"

namespace alexnet {

class HostCommunicator : public Communicator {
 public:
  // Starts the thread and, on it, the exchange.
  static Result<std::unique_ptr<Communicator>> Create(
      std::unique_ptr<Exchange> exchange);
  ~HostCommunicator() override;

  int rank() const override { return exchange_->rank(); }
  int size() const override { return exchange_->size(); }
  Result<std::unique_ptr<Fence>> CreateFence() override;
  Status Signal(Fence& fence) override;
  Status Wait(Fence& fence) override { return WaitOnHost(fence); }
  Status WaitOnHost(Fence& fence) override;
  Status Finish() override;
  Status Check() override { return Failure(); }
  void Abort(const Status& why) override;

 protected:
  Status Enqueue(const Operation& operation) override;

 private:
  explicit HostCommunicator(std::unique_ptr<Exchange> exchange);
  // Fails only when this rank cannot start. A group that fails while it does is
  // left to the operations: whether it had by then would be chance.
  Status StartThread();
  void Loop();
  // Waits for work, or until the exchange wants attention, and moves what is
  // queued to running_. False when there is nothing left to do.
  bool Take();
  void RunTaken();
  // Whether `work`, which may allocate, succeeds; otherwise the group fails.
  bool Guarded(const std::function<Status()>& work);
  // The status of `operations` done: of their failure or of the time before.
  Status Await(int64_t operations);
  void Fail(const Status& failure);
  Status Failure();

  const Birthplace birthplace_;
  const std::unique_ptr<Exchange> exchange_;

  std::mutex mutex_;
  OnlyHere<std::condition_variable> queue_changed_;
  OnlyHere<std::condition_variable> progress_;  // of what follows
  std::vector<Operation> queued_;
  std::optional<Status> start_;  // how the exchange started
  bool stopping_ = false;
  int64_t put_ = 0;        // operations put into the queue
  int64_t done_ = 0;       // of these
  int64_t succeeded_ = 0;  // of these
  Status failure_;         // OK: none

  std::vector<Operation> running_;  // the thread's own
  OnlyHere<std::thread> thread_;
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_HOST_COMMUNICATOR_H_
