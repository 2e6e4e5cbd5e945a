#include "core/dist/linked_device_group.h"

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "core/backend/collectives.h"
#include "core/dist/device_communicator.h"
#include "core/dist/device_exchange.h"
#include "core/dist/exchange.h"
#include "core/dist/ledger.h"
#include "core/dist/link_operation.h"
#include "core/dist/link_watch.h"

namespace alexnet {
namespace {

using Clock = std::chrono::steady_clock;

// What the ranks of a group share. Thread safe.
class Team {
 public:
  Team(const std::vector<std::shared_ptr<Backend>>& backends,
       std::vector<std::unique_ptr<Collectives>> links,
       const CommLimits& limits)
      : late_(limits.late),
        backends_(backends),
        links_(std::move(links)),
        ledger_(static_cast<int>(links_.size())),
        watch_([this] { return Look(); },
               // It may take until a rank has given up the programs that it has
               // recorded.
               [this](const Status& why) {
                 static_cast<void>(Fail(why));
                 for (const auto& link : links_) link->Abort();
               }) {}

  Status StartWatch() { return watch_.Start(); }

  int size() const { return static_cast<int>(links_.size()); }
  Collectives& link(int rank) { return *links_[static_cast<size_t>(rank)]; }

  Status Enter(int rank, const Operation& operation) {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (failure_.ok()) Note(ledger_.Enter(rank, operation, Clock::now()));
    return failure_;
  }
  void Leave(int rank) {
    const std::lock_guard<std::mutex> lock(mutex_);
    Note(ledger_.Leave(rank));
  }
  // The failure, which is `why` if there was none.
  Status Fail(const Status& why) {
    const std::lock_guard<std::mutex> lock(mutex_);
    Note(why);
    return failure_;
  }
  Status failure() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return failure_;
  }

 private:
  // The first failure stays. Under the lock.
  void Note(const Status& why) {
    if (!failure_.ok() || why.ok()) return;
    failure_ = why;
    watch_.Wake();
  }

  // Whether a rank is late, or an operation has failed on its device.
  Status Look() {
    const std::lock_guard<std::mutex> lock(mutex_);
    ALEXNET_RETURN_IF_ERROR(failure_);
    for (size_t rank = 0; rank < links_.size(); ++rank) {
      const Status progress = links_[rank]->Progress();
      if (!progress.ok()) {
        return FailureOfRank(static_cast<int>(rank), progress);
      }
    }
    return ledger_.CheckTime(Clock::now(), late_);
  }

  const std::chrono::milliseconds late_;
  // By rank. Links need their backends, and stay until the last rank has gone.
  const std::vector<std::shared_ptr<Backend>> backends_;
  const std::vector<std::unique_ptr<Collectives>> links_;
  std::mutex mutex_;
  Ledger ledger_;
  Status failure_;  // OK: none
  LinkWatch watch_;
};

class LinkedExchange : public DeviceExchange {
 public:
  // `token`: 8 bytes of the device, for barriers.
  LinkedExchange(int rank, std::shared_ptr<Team> team,
                 std::shared_ptr<Backend> backend, AlignedBuffer token)
      : rank_(rank),
        backend_(std::move(backend)),
        team_(std::move(team)),
        token_(std::move(token)) {}

  int rank() const override { return rank_; }
  int size() const override { return team_->size(); }
  bool recordable() const override { return true; }
  std::string adder() const override { return team_->link(rank_).library(); }

  Status Put(const Operation& operation) override {
    ALEXNET_RETURN_IF_ERROR(team_->Enter(rank_, operation));
    const Status put = backend_->Run([&] {
      return CarryByLink(team_->link(rank_), operation, token_.data());
    });
    return put.ok() ? put : Abort(put);
  }
  // The others see it as a barrier.
  Status BeginProgram() override { return team_->Enter(rank_, Operation()); }
  Status Progress() override { return team_->failure(); }
  Status Abort(const Status& why) override {
    return team_->Fail(FailureOfRank(rank_, why));
  }
  // Whoever is aborted touches no memory but his own.
  void AwaitOthers() override {}
  void Leave() override { team_->Leave(rank_); }

 private:
  const int rank_;
  const std::shared_ptr<Backend> backend_;
  const std::shared_ptr<Team> team_;
  AlignedBuffer token_;
};

}  // namespace

Result<std::vector<std::unique_ptr<Communicator>>> CreateLinkedDeviceGroup(
    const std::vector<std::shared_ptr<Backend>>& backends,
    const CommLimits& limits) {
  if (backends.empty()) {
    return InvalidArgumentError("a group has at least one rank")
        .WithField("devices");
  }
  ALEXNET_ASSIGN_OR_RETURN(auto links, backends.front()->LinkDevices(backends));
  const auto team = std::make_shared<Team>(backends, std::move(links), limits);
  ALEXNET_RETURN_IF_ERROR(team->StartWatch());
  std::vector<std::unique_ptr<Communicator>> group;
  for (const auto& backend : backends) {
    AlignedBuffer token;
    const auto allocate = [&]() -> Status {
      ALEXNET_ASSIGN_OR_RETURN(token, backend->device().Allocate(8, true));
      return Status();
    };
    ALEXNET_RETURN_IF_ERROR(backend->Run(allocate));
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<Communicator> communicator,
        DeviceCommunicator::Create(
            backend,
            std::make_unique<LinkedExchange>(static_cast<int>(group.size()),
                                             team, backend, std::move(token))));
    group.push_back(std::move(communicator));
  }
  return group;
}

}  // namespace alexnet
