#include "core/dist/device_communicator.h"

#include <utility>

namespace alexnet {
namespace {

// A place in kExchange, and whether all that is before it came to be there.
class QueueFence : public Fence {
 public:
  explicit QueueFence(std::unique_ptr<Fence> place)
      : place_(std::move(place)) {}
  Fence& place() { return *place_; }

  Status status;

 private:
  const std::unique_ptr<Fence> place_;
};

QueueFence& Of(Fence& fence) { return static_cast<QueueFence&>(fence); }

}  // namespace

Result<std::unique_ptr<Communicator>> DeviceCommunicator::Create(
    std::shared_ptr<Backend> backend,
    std::unique_ptr<DeviceExchange> exchange) {
  std::unique_ptr<DeviceCommunicator> communicator(
      new DeviceCommunicator(std::move(backend), std::move(exchange)));
  DeviceCommunicator& made = *communicator;
  const auto create_fences = [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(made.computed_, made.device().CreateFence());
    ALEXNET_ASSIGN_OR_RETURN(made.done_, made.device().CreateFence());
    return Status();
  };
  ALEXNET_RETURN_IF_ERROR(made.backend_->Run(create_fences));
  return std::unique_ptr<Communicator>(std::move(communicator));
}

DeviceCommunicator::~DeviceCommunicator() {
  if (!birthplace_.Here()) return;
  if (done_ != nullptr) static_cast<void>(Finish());
  exchange_->Leave();
}

Status DeviceCommunicator::Enqueue(const Operation& operation) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  ALEXNET_RETURN_IF_ERROR(Failure());
  ALEXNET_RETURN_IF_ERROR(
      OnAllRanks(backend_->Run([this] { return FollowCompute(); })));
  const Status put = exchange_->Put(operation);
  if (!put.ok()) Fail(put);
  return put;
}

Status DeviceCommunicator::FollowCompute() {
  ALEXNET_RETURN_IF_ERROR(device().Signal(Queue::kCompute, *computed_));
  return device().Wait(Queue::kExchange, *computed_);
}

Result<std::unique_ptr<Fence>> DeviceCommunicator::CreateFence() {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  std::unique_ptr<Fence> place;
  const auto create = [&]() -> Status {
    ALEXNET_ASSIGN_OR_RETURN(place, device().CreateFence());
    return Status();
  };
  ALEXNET_RETURN_IF_ERROR(backend_->Run(create));
  return std::unique_ptr<Fence>(std::make_unique<QueueFence>(std::move(place)));
}

Status DeviceCommunicator::Signal(Fence& fence) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  Of(fence).status = Failure();
  const auto signal = [&]() -> Status {
    // Where nothing was put into the queue it is no part of what is recorded.
    if (recordable()) ALEXNET_RETURN_IF_ERROR(FollowCompute());
    return device().Signal(Queue::kExchange, Of(fence).place());
  };
  return OnAllRanks(backend_->Run(signal));
}

Status DeviceCommunicator::Wait(Fence& fence) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  ALEXNET_RETURN_IF_ERROR(Of(fence).status);
  return OnAllRanks(backend_->Run(
      [&] { return device().Wait(Queue::kCompute, Of(fence).place()); }));
}

Status DeviceCommunicator::WaitOnHost(Fence& fence) {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  ALEXNET_RETURN_IF_ERROR(OnAllRanks(
      backend_->Run([&] { return device().WaitOnHost(Of(fence).place()); })));
  ALEXNET_RETURN_IF_ERROR(Of(fence).status);
  return exchange_->Progress();
}

Status DeviceCommunicator::Finish() {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  const auto wait = [this]() -> Status {
    ALEXNET_RETURN_IF_ERROR(device().Signal(Queue::kExchange, *done_));
    return device().WaitOnHost(*done_);
  };
  if (!OnAllRanks(backend_->Run(wait)).ok()) {
    // Then it has not waited for what uses memory that is freed next.
    static_cast<void>(backend_->Run([this] { return device().Finish(); }));
  } else if (const Status concluded = exchange_->Conclude(); !concluded.ok()) {
    Fail(concluded);
  }
  const Status failure = Failure();
  if (!failure.ok()) exchange_->AwaitOthers();
  return failure;
}

Status DeviceCommunicator::BeginProgram() {
  ALEXNET_RETURN_IF_ERROR(birthplace_.Check());
  ALEXNET_RETURN_IF_ERROR(Failure());
  const Status begun = exchange_->BeginProgram();
  if (!begun.ok()) Fail(begun);
  return begun;
}

void DeviceCommunicator::Abort(const Status& why) {
  if (!birthplace_.Here()) return;
  Fail(exchange_->Abort(why));
}

Status DeviceCommunicator::OnAllRanks(const Status& status) {
  if (status.ok()) return status;
  Abort(status);
  return Failure();
}

void DeviceCommunicator::Fail(const Status& failure) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.ok()) failure_ = failure;
}

Status DeviceCommunicator::Failure() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (failure_.ok()) failure_ = exchange_->Progress();
  return failure_;
}

}  // namespace alexnet
