#include "core/dist/host_communicator.h"

#include <new>
#include <system_error>
#include <utility>

#include "core/base/no_thread_error.h"
#include "core/base/zero_denormals.h"

namespace alexnet {
namespace {

// The end of what was in the queue when it was signalled.
class QueueFence : public Fence {
 public:
  int64_t operations = 0;
};

}  // namespace

HostCommunicator::HostCommunicator(std::unique_ptr<Exchange> exchange)
    : exchange_(std::move(exchange)) {}

Result<std::unique_ptr<Communicator>> HostCommunicator::Create(
    std::unique_ptr<Exchange> exchange) {
  std::unique_ptr<HostCommunicator> communicator(
      new HostCommunicator(std::move(exchange)));
  ALEXNET_RETURN_IF_ERROR(communicator->StartThread());
  return std::unique_ptr<Communicator>(std::move(communicator));
}

Status HostCommunicator::StartThread() {
  try {
    *thread_ = std::thread([this] { Loop(); });
  } catch (const std::system_error&) {
    return exchange_->Abort(NoThreadError());
  }
  std::unique_lock<std::mutex> lock(mutex_);
  progress_->wait(lock, [this] { return start_.has_value(); });
  return *start_;
}

HostCommunicator::~HostCommunicator() {
  if (!birthplace_.Here() || !thread_->joinable()) return;
  bool unfinished = false;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    unfinished = done_ < put_;
  }
  if (unfinished) {
    Abort(CancelledError("it ended before its operations were done"));
  }
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stopping_ = true;
    queue_changed_->notify_all();
  }
  thread_->join();
}

Status HostCommunicator::Enqueue(const Operation& operation) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  const std::lock_guard<std::mutex> lock(mutex_);
  ALEXNET_RETURN_IF_ERROR(failure_);
  queued_.push_back(operation);
  ++put_;
  queue_changed_->notify_all();
  return Status();
}

Result<std::unique_ptr<Fence>> HostCommunicator::CreateFence() {
  return std::unique_ptr<Fence>(std::make_unique<QueueFence>());
}

Status HostCommunicator::Signal(Fence& fence) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  const std::lock_guard<std::mutex> lock(mutex_);
  static_cast<QueueFence&>(fence).operations = put_;
  return Status();
}

Status HostCommunicator::WaitOnHost(Fence& fence) {
  return Await(static_cast<QueueFence&>(fence).operations);
}

Status HostCommunicator::Finish() {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  int64_t all = 0;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    all = put_;
  }
  ALEXNET_RETURN_IF_ERROR(Await(all));
  return Failure();
}

Status HostCommunicator::Await(int64_t operations) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  std::unique_lock<std::mutex> lock(mutex_);
  progress_->wait(lock, [&] { return done_ >= operations; });
  return succeeded_ >= operations ? Status() : failure_;
}

void HostCommunicator::Abort(const Status& why) {
  if (!birthplace_.Here()) return;
  Fail(exchange_->Abort(FailureOfRank(rank(), why)));
  const std::lock_guard<std::mutex> lock(mutex_);
  queue_changed_->notify_all();
}

void HostCommunicator::Fail(const Status& failure) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.ok()) failure_ = failure;
}

void HostCommunicator::Loop() {
  const ZeroDenormals zero;  // to sum them takes as long as to compute them
  const bool started = Guarded([this] { return exchange_->Start(); });
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    start_ = started ? Status() : failure_;
    progress_->notify_all();
  }
  const auto attend = [this] { return exchange_->Attend(); };
  while (Take()) {
    RunTaken();
    Guarded(attend);
  }
  Guarded(attend);
  Guarded([this] { return exchange_->Leave(); });
}

bool HostCommunicator::Take() {
  std::unique_lock<std::mutex> lock(mutex_);
  const auto due = [this] { return stopping_ || !queued_.empty(); };
  if (const auto interval = exchange_->attention()) {
    queue_changed_->wait_for(lock, *interval, due);
  } else {
    queue_changed_->wait(lock, due);
  }
  running_.swap(queued_);
  return !running_.empty() || !stopping_;
}

void HostCommunicator::RunTaken() {
  if (Failure().ok()) {
    Guarded([this] {
      for (const Operation& each : running_) {
        ALEXNET_RETURN_IF_ERROR(exchange_->Announce(each));
      }
      return Status();
    });
  }
  for (const Operation& operation : running_) {
    const bool success =
        Failure().ok() && Guarded([&] { return exchange_->Run(operation); });
    const std::lock_guard<std::mutex> lock(mutex_);
    ++done_;
    if (success) ++succeeded_;
    progress_->notify_all();
  }
  running_.clear();
}

bool HostCommunicator::Guarded(const std::function<Status()>& work) {
  Status status;
  try {
    status = work();
  } catch (const std::bad_alloc&) {
    status = FailureOfRank(
        rank(), OutOfMemoryError("not enough memory to communicate"));
  }
  if (!status.ok()) Fail(exchange_->Abort(status));
  return status.ok();
}

Status HostCommunicator::Failure() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return failure_;
}

}  // namespace alexnet
