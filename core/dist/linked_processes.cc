#include "core/dist/linked_processes.h"

#include <fmt/core.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "core/base/caught.h"
#include "core/dist/device_communicator.h"
#include "core/dist/device_exchange.h"
#include "core/dist/exchange.h"
#include "core/dist/link_operation.h"
#include "core/dist/link_watch.h"
#include "core/dist/values.h"
#include "core/tensor/tensor.h"

namespace alexnet {
namespace {

class LinkedProcess : public DeviceExchange {
 public:
  // `token`: 8 bytes of the device, for barriers.
  LinkedProcess(std::shared_ptr<Backend> backend,
                std::shared_ptr<Communicator> host,
                std::unique_ptr<Collectives> link, AlignedBuffer token)
      : backend_(std::move(backend)),
        host_(std::move(host)),
        link_(std::move(link)),
        token_(std::move(token)),
        watch_([this] { return Look(); },
               [this](const Status& why) {
                 host_->Abort(why);
                 link_->Abort();
               }) {}

  Status StartWatch() { return watch_.Start(); }

  int rank() const override { return host_->rank(); }
  int size() const override { return host_->size(); }
  bool recordable() const override { return true; }
  std::string adder() const override { return link_->library(); }

  Status Put(const Operation& operation) override {
    ALEXNET_RETURN_IF_ERROR(host_->Compare(operation));
    const Status put = backend_->Run(
        [&] { return CarryByLink(*link_, operation, token_.data()); });
    return put.ok() ? put : Abort(put);
  }
  Status BeginProgram() override { return host_->Compare(Operation()); }
  Status Progress() override { return host_->Check(); }
  Status Conclude() override { return host_->Finish(); }
  Status Abort(const Status& why) override {
    host_->Abort(why);
    const Status failure = host_->Check();
    return failure.ok() ? FailureOfRank(rank(), why) : failure;
  }
  // Whoever is aborted touches no memory but his own.
  void AwaitOthers() override {}
  void Leave() override {}

 private:
  // Whether a rank has gone, or an operation has failed on the device.
  Status Look() {
    ALEXNET_RETURN_IF_ERROR(host_->Check());
    return link_->Progress();
  }

  const std::shared_ptr<Backend> backend_;
  const std::shared_ptr<Communicator> host_;
  const std::unique_ptr<Collectives> link_;
  AlignedBuffer token_;
  LinkWatch watch_;
};

}  // namespace

Result<std::vector<ShownLink>> ShowLinks(Backend& backend, Communicator& host) {
  ShownLink own;
  const Result<LinkOffer> offer = backend.OfferLink(host.rank() == 0);
  if (offer.ok()) {
    own.offer = *offer;
  } else {
    const std::string problem(offer.status().message());
    problem.copy(own.problem, sizeof(own.problem) - 1);
  }
  return GatherFromAll(own, host);
}

std::string WhyNotLinked(const std::vector<ShownLink>& links) {
  for (size_t rank = 0; rank < links.size(); ++rank) {
    const ShownLink& link = links[rank];
    if (link.problem[0] != '\0') {
      return fmt::format("rank {}: {}", rank, link.problem);
    }
    const LinkOffer& first = links[0].offer;
    if (std::strcmp(link.offer.library, first.library) != 0) {
      return fmt::format("rank 0 has {}, and rank {} {}", first.library, rank,
                         link.offer.library);
    }
    for (size_t other = 0; other < rank; ++other) {
      if (std::strcmp(link.offer.device, links[other].offer.device) == 0) {
        return fmt::format("ranks {} and {} have one GPU", other, rank);
      }
    }
  }
  return "";
}

Result<std::unique_ptr<Communicator>> LinkProcesses(
    std::shared_ptr<Backend> backend, std::shared_ptr<Communicator> host,
    const std::vector<ShownLink>& links, const CommLimits& limits) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + limits.late;
  // One that lives may be stuck in the library, where the host sees nothing.
  const auto check = [&]() -> Status {
    ALEXNET_RETURN_IF_ERROR(host->Check());
    if (Clock::now() < end) return Status();
    return DeadlineExceededError(fmt::format(
        "not all ranks have linked their GPUs by {} within {} s; "
        "NCCL_DEBUG=WARN has it say why",
        links.front().offer.library,
        std::chrono::ceil<std::chrono::seconds>(limits.late).count()));
  };
  ALEXNET_ASSIGN_OR_RETURN(std::unique_ptr<Collectives> link,
                           backend->JoinLink(links.front().offer, host->rank(),
                                             host->size(), check));
  AlignedBuffer token;
  const Status joined = Caught([&]() -> Status {
    // None goes on before all are linked: one that is not would be waited for.
    ALEXNET_RETURN_IF_ERROR(host->Barrier());
    ALEXNET_RETURN_IF_ERROR(host->Finish());
    return backend->Run([&]() -> Status {
      ALEXNET_ASSIGN_OR_RETURN(token, backend->device().Allocate(8, true));
      return Status();
    });
  });
  if (!joined.ok()) {
    link->Abort();
    return joined;
  }
  auto exchange = std::make_unique<LinkedProcess>(
      backend, std::move(host), std::move(link), std::move(token));
  ALEXNET_RETURN_IF_ERROR(exchange->StartWatch());
  return DeviceCommunicator::Create(std::move(backend), std::move(exchange));
}

}  // namespace alexnet
