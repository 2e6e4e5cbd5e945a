#include "core/dist/local_group.h"

#include <cstring>
#include <utility>
#include <vector>

#include "core/dist/exchange.h"
#include "core/dist/host_communicator.h"
#include "core/dist/meeting.h"
#include "core/dist/slices.h"
#include "core/dist/sum.h"

namespace alexnet {
namespace {

using Kind = Operation::Kind;

const std::byte* At(const void* data, int64_t bytes) {
  return static_cast<const std::byte*>(data) + bytes;
}
std::byte* At(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

void Copy(const void* from, int64_t bytes, void* to) {
  if (bytes > 0 && from != to) {
    std::memcpy(to, from, static_cast<size_t>(bytes));
  }
}

class LocalExchange : public Exchange {
 public:
  LocalExchange(int rank, std::shared_ptr<Meeting> meeting)
      : rank_(rank), meeting_(std::move(meeting)) {}

  int rank() const override { return rank_; }
  int size() const override { return meeting_->size(); }

  Status Run(const Operation& operation) override {
    FindPeers(operation, rank_, size(), &peers_);
    ALEXNET_RETURN_IF_ERROR(meeting_->Meet(rank_, peers_, operation));
    ALEXNET_RETURN_IF_ERROR(meeting_->Work(rank_, [&] { Work(operation); }));
    return meeting_->Part(rank_, peers_);
  }

  Status Abort(const Status& why) override { return meeting_->Abort(why); }
  Status Leave() override {
    meeting_->Leave(rank_);
    return Status();
  }

 private:
  // That of `peer`, which may be this rank.
  const Operation& OperationOf(int peer, const Operation& mine) const {
    return peer == rank_ ? mine : meeting_->OperationOf(peer, rank_);
  }

  void Work(const Operation& operation) {
    const int64_t count = operation.out_count;
    const int64_t bytes = count * ElementSize(operation.type);
    switch (operation.kind) {
      case Kind::kAllReduce:
        return AllReduce(operation);
      case Kind::kReduceScatter:
        outputs_.assign(1, operation.out);
        return Sum(operation, rank_ * count, count);
      case Kind::kAllGather:
        for (int peer = 0; peer < size(); ++peer) {
          Copy(OperationOf(peer, operation).in, bytes,
               At(operation.out, peer * bytes));
        }
        return;
      case Kind::kBroadcast:
        return Copy(OperationOf(operation.from, operation).in, bytes,
                    operation.out);
      case Kind::kReceive:
      case Kind::kSendReceive:
        return Copy(OperationOf(operation.from, operation).in, bytes,
                    operation.out);
      case Kind::kBarrier:
      case Kind::kSend:
        return;
    }
  }

  // This rank's slice, into the outputs of all: nobody else touches it.
  void AllReduce(const Operation& operation) {
    const Slice slice = SliceOf(operation.in_count, rank_, size());
    const int64_t offset = slice.begin * ElementSize(operation.type);
    outputs_.clear();
    for (int peer = 0; peer < size(); ++peer) {
      outputs_.push_back(At(OperationOf(peer, operation).out, offset));
    }
    Sum(operation, slice.begin, slice.count());
  }

  // Of `count` elements from `begin` of all inputs, to outputs_.
  void Sum(const Operation& operation, int64_t begin, int64_t count) {
    const int64_t offset = begin * ElementSize(operation.type);
    inputs_.clear();
    for (int peer = 0; peer < size(); ++peer) {
      inputs_.push_back(At(OperationOf(peer, operation).in, offset));
    }
    SumInOrder(operation.type, inputs_, count, outputs_);
  }

  const int rank_;
  const std::shared_ptr<Meeting> meeting_;
  // Of the operation that runs.
  std::vector<int> peers_;
  std::vector<const void*> inputs_;
  std::vector<void*> outputs_;
};

}  // namespace

Result<std::vector<std::unique_ptr<Communicator>>> CreateLocalGroup(
    int size, const CommLimits& limits) {
  if (size < 1) {
    return InvalidArgumentError("a group has at least one rank")
        .WithField("size");
  }
  const auto meeting = std::make_shared<Meeting>(size, limits.late);
  std::vector<std::unique_ptr<Communicator>> group;
  for (int rank = 0; rank < size; ++rank) {
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<Communicator> communicator,
        HostCommunicator::Create(
            std::make_unique<LocalExchange>(rank, meeting)));
    group.push_back(std::move(communicator));
  }
  return group;
}

}  // namespace alexnet
