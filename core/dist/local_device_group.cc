#include "core/dist/local_device_group.h"

#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "core/base/caught.h"
#include "core/dist/device_communicator.h"
#include "core/dist/device_exchange.h"
#include "core/dist/exchange.h"
#include "core/dist/local_work.h"
#include "core/dist/meeting.h"

namespace alexnet {
namespace {

// What the ranks of a group share. A rank's devices and fences are used by its
// peers, and stay until the last of them has gone.
struct Group {
  // From one rank to another. Signalled again only where the other, who has met
  // this one since, has waited for what was before.
  struct Link {
    std::unique_ptr<Fence> ready;  // its memory may be touched
    std::unique_ptr<Fence> done;   // it has touched the other's
  };

  Group(const std::vector<std::shared_ptr<Backend>>& of,
        const CommLimits& limits)
      : meeting(static_cast<int>(of.size()), limits.late),
        backends(of),
        links(of.size() * of.size()) {}

  Status ReachAll() {
    for (const auto& from : backends) {
      const auto reach = [&]() -> Status {
        for (const auto& to : backends) {
          ALEXNET_RETURN_IF_ERROR(from->device().Reach(to->device()));
        }
        return Status();
      };
      ALEXNET_RETURN_IF_ERROR(from->Run(reach));
    }
    return Status();
  }

  Status CreateFences() {
    const size_t size = backends.size();
    for (size_t i = 0; i < links.size(); ++i) {
      Backend& from = *backends[i / size];
      const auto create = [&]() -> Status {
        ALEXNET_ASSIGN_OR_RETURN(links[i].ready, from.device().CreateFence());
        ALEXNET_ASSIGN_OR_RETURN(links[i].done, from.device().CreateFence());
        return Status();
      };
      ALEXNET_RETURN_IF_ERROR(from.Run(create));
    }
    return Status();
  }
  Link& LinkOf(int from, int to) {
    return links[static_cast<size_t>(from) * backends.size() +
                 static_cast<size_t>(to)];
  }

  Meeting meeting;
  const std::vector<std::shared_ptr<Backend>> backends;  // by rank
  std::vector<Link> links;
};

class DeviceWork : public LocalWork {
 public:
  DeviceWork(int rank, int size, Backend& backend)
      : LocalWork(rank, size), backend_(backend) {}

 protected:
  Status Copy(const void* from, int64_t bytes, void* to) override {
    return backend_.device().Copy(from, bytes, to, Queue::kExchange);
  }
  Status Sum(ElementType type, std::span<const void* const> in, int64_t count,
             std::span<void* const> out) override {
    return backend_.SumRanks({type, in, out, count});
  }

 private:
  Backend& backend_;
};

class LocalDeviceExchange : public DeviceExchange {
 public:
  LocalDeviceExchange(int rank, std::shared_ptr<Group> group)
      : rank_(rank),
        group_(std::move(group)),
        backend_(*group_->backends[static_cast<size_t>(rank)]),
        work_(rank, group_->meeting.size(), backend_) {}

  int rank() const override { return rank_; }
  int size() const override { return group_->meeting.size(); }
  bool recordable() const override { return false; }

  Status Put(const Operation& operation) override {
    Meeting& meeting = group_->meeting;
    FindPeers(operation, rank_, size(), &peers_);
    ALEXNET_RETURN_IF_ERROR(OnAllRanks(
        backend_.Run([&] { return SignalPeers(&Group::Link::ready); })));
    ALEXNET_RETURN_IF_ERROR(meeting.Meet(rank_, peers_, operation));
    Status touched;
    ALEXNET_RETURN_IF_ERROR(meeting.Work(rank_, [&] {
      touched = Caught(
          [&] { return backend_.Run([&] { return TouchPeers(operation); }); });
      // Peers free their memory when they hear of it, and the fence that would
      // tell them that this queue is past it may not be signalled. All that the
      // queue waits for has been sent.
      if (!touched.ok()) FinishQueue();
    }));
    ALEXNET_RETURN_IF_ERROR(OnAllRanks(touched));
    ALEXNET_RETURN_IF_ERROR(meeting.Part(rank_, peers_));
    return OnAllRanks(
        backend_.Run([&] { return AwaitPeers(&Group::Link::done); }));
  }

  Status Progress() override { return Status(); }
  Status Abort(const Status& why) override {
    return group_->meeting.Abort(FailureOfRank(rank_, why));
  }

  void AwaitOthers() override {
    group_->meeting.AwaitWorkers();
    // A device that is lost does nothing any more.
    static_cast<void>(backend_.Run([&]() -> Status {
      for (int peer = 0; peer < size(); ++peer) {
        if (peer == rank_) continue;
        ALEXNET_RETURN_IF_ERROR(
            backend_.device().WaitOnHost(*group_->LinkOf(peer, rank_).done));
      }
      return Status();
    }));
  }

  void Leave() override { group_->meeting.Leave(rank_); }

 private:
  using Place = std::unique_ptr<Fence> Group::Link::*;

  Status SignalPeers(Place place) {
    for (const int peer : peers_) {
      ALEXNET_RETURN_IF_ERROR(backend_.device().Signal(
          Queue::kExchange, *(group_->LinkOf(rank_, peer).*place)));
    }
    return Status();
  }
  Status AwaitPeers(Place place) {
    for (const int peer : peers_) {
      ALEXNET_RETURN_IF_ERROR(backend_.device().Wait(
          Queue::kExchange, *(group_->LinkOf(peer, rank_).*place)));
    }
    return Status();
  }
  Status TouchPeers(const Operation& operation) {
    ALEXNET_RETURN_IF_ERROR(AwaitPeers(&Group::Link::ready));
    const auto of_peer = [this](int peer) -> const Operation& {
      return group_->meeting.OperationOf(peer, rank_);
    };
    ALEXNET_RETURN_IF_ERROR(work_.Do(operation, of_peer));
    return SignalPeers(&Group::Link::done);
  }
  void FinishQueue() {
    static_cast<void>(backend_.Run([&] { return backend_.device().Finish(); }));
  }
  Status OnAllRanks(const Status& status) {
    return status.ok() ? status : Abort(status);
  }

  const int rank_;
  const std::shared_ptr<Group> group_;
  Backend& backend_;
  DeviceWork work_;
  std::vector<int> peers_;  // of the operation that is put
};

Status CheckBackends(const std::vector<std::shared_ptr<Backend>>& backends) {
  if (backends.empty() || backends.size() > RankSum::kMost) {
    return InvalidArgumentError(
               fmt::format("a group on GPUs of one process has 1 to {} ranks, "
                           "not {}",
                           RankSum::kMost, backends.size()))
        .WithField("devices");
  }
  for (size_t i = 0; i < backends.size(); ++i) {
    if (std::count(backends.begin(), backends.end(), backends[i]) > 1) {
      return InvalidArgumentError("two ranks cannot share a backend");
    }
    if (backends[i]->device().is_host()) {
      return InvalidArgumentError(backends[i]->name() +
                                  " computes in the host's memory")
          .WithField("devices");
    }
  }
  return Status();
}

}  // namespace

Result<std::vector<std::unique_ptr<Communicator>>> CreateLocalDeviceGroup(
    const std::vector<std::shared_ptr<Backend>>& backends,
    const CommLimits& limits) {
  ALEXNET_RETURN_IF_ERROR(CheckBackends(backends));
  const auto shared = std::make_shared<Group>(backends, limits);
  ALEXNET_RETURN_IF_ERROR(shared->ReachAll());
  ALEXNET_RETURN_IF_ERROR(shared->CreateFences());
  std::vector<std::unique_ptr<Communicator>> group;
  for (size_t rank = 0; rank < backends.size(); ++rank) {
    ALEXNET_ASSIGN_OR_RETURN(
        std::unique_ptr<Communicator> communicator,
        DeviceCommunicator::Create(backends[rank],
                                   std::make_unique<LocalDeviceExchange>(
                                       static_cast<int>(rank), shared)));
    group.push_back(std::move(communicator));
  }
  return group;
}

}  // namespace alexnet
