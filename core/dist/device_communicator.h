// DeviceCommunicator: a communicator over a GPU's memory, whose queue is the
// device's kExchange.

#ifndef ALEXNET_CORE_DIST_DEVICE_COMMUNICATOR_H_
#define ALEXNET_CORE_DIST_DEVICE_COMMUNICATOR_H_

#include <memory>
#include <mutex>
#include <string>

#include "core/backend/backend.h"
#include "core/base/birthplace.h"
#include "core/dist/communicator.h"
#include "core/dist/device_exchange.h"

namespace alexnet {

class DeviceCommunicator : public Communicator {
 public:
  // `backend` is that of the rank alone.
  static Result<std::unique_ptr<Communicator>> Create(
      std::shared_ptr<Backend> backend,
      std::unique_ptr<DeviceExchange> exchange);
  ~DeviceCommunicator() override;

  int rank() const override { return exchange_->rank(); }
  int size() const override { return exchange_->size(); }
  bool recordable() const override { return exchange_->recordable(); }
  std::string adder() const override { return exchange_->adder(); }
  Result<std::unique_ptr<Fence>> CreateFence() override;
  Status Signal(Fence& fence) override;
  Status Wait(Fence& fence) override;
  Status WaitOnHost(Fence& fence) override;
  Status Finish() override;
  Status Check() override { return Failure(); }
  Status BeginProgram() override;
  void Abort(const Status& why) override;

 protected:
  Status Enqueue(const Operation& operation) override;

 private:
  DeviceCommunicator(std::shared_ptr<Backend> backend,
                     std::unique_ptr<DeviceExchange> exchange)
      : backend_(std::move(backend)), exchange_(std::move(exchange)) {}

  Device& device() const { return backend_->device(); }
  // The queue goes on after all that was sent to kCompute.
  Status FollowCompute();
  // The failure; of the device's it tells the others.
  Status OnAllRanks(const Status& status);
  void Fail(const Status& failure);
  Status Failure();

  const Birthplace birthplace_;
  const std::shared_ptr<Backend> backend_;
  const std::unique_ptr<DeviceExchange> exchange_;
  std::unique_ptr<Fence> computed_;  // what was sent to kCompute
  std::unique_ptr<Fence> done_;      // what was put into kExchange

  std::mutex mutex_;
  Status failure_;  // OK: none
};

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_DEVICE_COMMUNICATOR_H_
