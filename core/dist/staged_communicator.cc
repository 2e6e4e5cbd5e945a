#include "core/dist/staged_communicator.h"

#include <cstdint>
#include <utility>

#include "core/dist/device_communicator.h"
#include "core/dist/device_exchange.h"
#include "core/dist/exchange.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

using Kind = Operation::Kind;

// Bytes.
struct Sizes {
  int64_t in = 0;
  int64_t out = 0;
};

Sizes SizesOf(const Operation& operation, int rank, int size) {
  const int64_t element = ElementSize(operation.type);
  Sizes sizes = {operation.in_count * element, operation.out_count * element};
  if (operation.kind == Kind::kAllGather) sizes.out *= size;
  if (operation.kind == Kind::kReduceScatter) sizes.in *= size;
  if (operation.kind == Kind::kBroadcast) {
    (rank == operation.from ? sizes.out : sizes.in) = 0;
  }
  return sizes;
}

class StagedExchange : public DeviceExchange {
 public:
  StagedExchange(std::shared_ptr<Backend> backend,
                 std::shared_ptr<Communicator> host)
      : backend_(std::move(backend)), host_(std::move(host)) {}

  int rank() const override { return host_->rank(); }
  int size() const override { return host_->size(); }
  bool recordable() const override { return false; }

  Status Put(const Operation& operation) override {
    const Status put = Carry(operation);
    return put.ok() ? put : Abort(put);
  }
  Status Progress() override { return host_->Check(); }
  Status Abort(const Status& why) override {
    host_->Abort(why);
    const Status failure = host_->Check();
    return failure.ok() ? FailureOfRank(rank(), why) : failure;
  }
  // They touch no memory but the host's.
  void AwaitOthers() override {}
  void Leave() override {}

 private:
  Status Carry(const Operation& operation) {
    const Sizes sizes = SizesOf(operation, rank(), size());
    ALEXNET_RETURN_IF_ERROR(
        backend_->Run([&] { return ToHost(operation, sizes); }));
    ALEXNET_RETURN_IF_ERROR(OnHost(operation));
    ALEXNET_RETURN_IF_ERROR(host_->Finish());
    if (sizes.out == 0) return Status();
    return backend_->Run([&] { return ToDevice(operation, sizes); });
  }

  Status ToHost(const Operation& operation, const Sizes& sizes) {
    ALEXNET_RETURN_IF_ERROR(Reserve(sizes.in, &in_));
    ALEXNET_RETURN_IF_ERROR(Reserve(sizes.out, &out_));
    // kCompute has all that the operation comes after.
    if (sizes.in > 0) {
      ALEXNET_RETURN_IF_ERROR(
          device().Download(operation.in, sizes.in, in_.data()));
    }
    return device().Finish();
  }

  Status ToDevice(const Operation& operation, const Sizes& sizes) {
    // Before what comes there next; kExchange has nothing to do.
    ALEXNET_RETURN_IF_ERROR(device().Upload(out_.data(), sizes.out,
                                            operation.out, Queue::kCompute));
    return device().Finish();
  }

  Status OnHost(const Operation& operation) {
    const auto& [kind, type, in, out, in_count, out_count, to, from, bare] =
        operation;
    switch (kind) {
      case Kind::kAllReduce:
        return host_->AllReduce(in_.data(), out_.data(), in_count, type);
      case Kind::kAllGather:
        return host_->AllGather(in_.data(), out_.data(), in_count, type);
      case Kind::kReduceScatter:
        return host_->ReduceScatter(in_.data(), out_.data(), out_count, type);
      case Kind::kBroadcast:
        return host_->Broadcast(from == rank() ? in_.data() : out_.data(),
                                out_count, type, from);
      case Kind::kBarrier:
        return host_->Barrier();
      case Kind::kSend:
        return host_->Send(in_.data(), in_count, type, to);
      case Kind::kReceive:
        return host_->Receive(out_.data(), out_count, type, from);
      case Kind::kSendReceive:
        return host_->SendReceive(in_.data(), in_count, to, out_.data(),
                                  out_count, from, type);
    }
    return Status();
  }

  Device& device() { return backend_->device(); }
  // Grows to what was asked for at most, and then stays.
  Status Reserve(int64_t bytes, AlignedBuffer* buffer) {
    if (bytes <= buffer->size()) return Status();
    *buffer = AlignedBuffer();
    ALEXNET_ASSIGN_OR_RETURN(*buffer, device().AllocateHost(bytes));
    return Status();
  }

  const std::shared_ptr<Backend> backend_;
  const std::shared_ptr<Communicator> host_;
  AlignedBuffer in_;
  AlignedBuffer out_;
};

}  // namespace

Result<std::unique_ptr<Communicator>> CreateStagedCommunicator(
    std::shared_ptr<Backend> backend, std::shared_ptr<Communicator> host) {
  if (backend->device().is_host()) {
    return InvalidArgumentError(backend->name() +
                                " computes in the host's memory");
  }
  auto exchange = std::make_unique<StagedExchange>(backend, std::move(host));
  return DeviceCommunicator::Create(std::move(backend), std::move(exchange));
}

}  // namespace alexnet
