#include "core/dist/testing/message_group.h"

#include "core/dist/host_communicator.h"
#include "core/dist/message_exchange.h"

namespace alexnet {

Group MakeMessageGroup(const std::shared_ptr<MemoryNetwork>& network,
                       int present, const CommLimits& limits) {
  Group group;
  for (int rank = 0; rank < present; ++rank) {
    group.push_back(HostCommunicator::Create(
                        std::make_unique<MessageExchange>(
                            CreateMemoryTransport(rank, network), limits))
                        .value());
  }
  return group;
}

}  // namespace alexnet
