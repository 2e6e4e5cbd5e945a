#include "core/dist/mpi/mpi_communicator.h"

#include <fmt/core.h>

#include <cstdint>
#include <memory>
#include <string>

#include "core/dist/host_communicator.h"
#include "core/dist/message_exchange.h"
#include "core/dist/mpi/plugin_loader.h"
#include "core/dist/transport.h"

namespace alexnet {
namespace {

class MpiTransport : public Transport {
 public:
  explicit MpiTransport(const AlexnetMpiFunctions& mpi) : mpi_(mpi) {}

  int rank() const override { return rank_; }
  int size() const override { return size_; }

  Status Start() override {
    return Check(mpi_.start(&rank_, &size_), "MPI does not start");
  }
  Status Send(int to, Lane lane, const void* data, int64_t bytes,
              Request* request) override {
    request->peer = to;
    return Check(mpi_.send(to, static_cast<int>(lane), data,
                           static_cast<int>(bytes), &request->handle),
                 "a message to rank", to);
  }
  Status Receive(int from, Lane lane, void* data, int64_t bytes,
                 Request* request) override {
    request->peer = from;
    return Check(mpi_.receive(from, static_cast<int>(lane), data,
                              static_cast<int>(bytes), &request->handle),
                 "a message from rank", from);
  }
  Result<bool> Test(Request* request) override {
    if (request->handle == 0) return true;
    ALEXNET_RETURN_IF_ERROR(Check(mpi_.test(&request->handle),
                                  "a message to or from rank", request->peer));
    return request->handle == 0;
  }
  Status Finish() override { return Check(mpi_.finish(), "MPI does not end"); }

 private:
  Status Check(int error, const char* what, int rank = -1) const {
    if (error == 0) return Status();
    char text[256] = {};
    mpi_.explain(error, text, sizeof(text));
    const std::string place = rank < 0 ? "" : fmt::format(" {}", rank);
    return Status(StatusCode::kIo, fmt::format("{}{}: {}", what, place, text));
  }

  const AlexnetMpiFunctions& mpi_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace

Result<std::unique_ptr<Communicator>> CreateMpiCommunicator(
    const CommLimits& limits) {
  ALEXNET_ASSIGN_OR_RETURN(const AlexnetMpiFunctions* const mpi,
                           LoadMpiPlugin());
  return HostCommunicator::Create(std::make_unique<MessageExchange>(
      std::make_unique<MpiTransport>(*mpi), limits));
}

}  // namespace alexnet
