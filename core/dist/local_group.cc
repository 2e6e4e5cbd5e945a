#include "core/dist/local_group.h"

#include <cstring>
#include <span>
#include <utility>
#include <vector>

#include "core/dist/exchange.h"
#include "core/dist/host_communicator.h"
#include "core/dist/local_work.h"
#include "core/dist/meeting.h"
#include "core/dist/sum.h"

namespace alexnet {
namespace {

class HostWork : public LocalWork {
 public:
  using LocalWork::LocalWork;

 protected:
  Status Copy(const void* from, int64_t bytes, void* to) override {
    std::memcpy(to, from, static_cast<size_t>(bytes));
    return Status();
  }
  Status Sum(ElementType type, std::span<const void* const> in, int64_t count,
             std::span<void* const> out) override {
    SumInOrder(type, in, count, out);
    return Status();
  }
};

class LocalExchange : public Exchange {
 public:
  LocalExchange(int rank, std::shared_ptr<Meeting> meeting)
      : rank_(rank),
        meeting_(std::move(meeting)),
        work_(rank, meeting_->size()) {}

  int rank() const override { return rank_; }
  int size() const override { return meeting_->size(); }

  Status Run(const Operation& operation) override {
    FindPeers(operation, rank_, size(), &peers_);
    ALEXNET_RETURN_IF_ERROR(meeting_->Meet(rank_, peers_, operation));
    const auto peers_operation = [this](int peer) -> const Operation& {
      return meeting_->OperationOf(peer, rank_);
    };
    Status done;
    ALEXNET_RETURN_IF_ERROR(meeting_->Work(rank_, [&] {
      if (!operation.bare) done = work_.Do(operation, peers_operation);
    }));
    ALEXNET_RETURN_IF_ERROR(done);
    return meeting_->Part(rank_, peers_);
  }

  Status Abort(const Status& why) override { return meeting_->Abort(why); }
  Status Leave() override {
    meeting_->Leave(rank_);
    return Status();
  }

 private:
  const int rank_;
  const std::shared_ptr<Meeting> meeting_;
  HostWork work_;
  std::vector<int> peers_;  // of the operation that runs
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
