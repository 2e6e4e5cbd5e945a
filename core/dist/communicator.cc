#include "core/dist/communicator.h"

namespace alexnet {

using Kind = Operation::Kind;

Status Communicator::CheckAndEnqueue(const Operation& operation) {
  ALEXNET_RETURN_IF_ERROR(CheckOperation(operation, rank(), size()));
  ALEXNET_RETURN_IF_ERROR(Enqueue(operation));
  if (!operation.bare) traffic_.Add(operation, rank(), size());
  return Status();
}

Status Communicator::Compare(const Operation& operation) {
  Operation bare = operation;
  bare.bare = true;
  return CheckAndEnqueue(bare);
}

Status Communicator::AllReduce(const void* in, void* out, int64_t count,
                               ElementType type) {
  return CheckAndEnqueue({.kind = Kind::kAllReduce,
                          .type = type,
                          .in = in,
                          .out = out,
                          .in_count = count,
                          .out_count = count});
}

Status Communicator::AllGather(const void* in, void* out, int64_t count,
                               ElementType type) {
  return CheckAndEnqueue({.kind = Kind::kAllGather,
                          .type = type,
                          .in = in,
                          .out = out,
                          .in_count = count,
                          .out_count = count});
}

Status Communicator::ReduceScatter(const void* in, void* out, int64_t count,
                                   ElementType type) {
  return CheckAndEnqueue({.kind = Kind::kReduceScatter,
                          .type = type,
                          .in = in,
                          .out = out,
                          .in_count = count,
                          .out_count = count});
}

Status Communicator::Broadcast(void* data, int64_t count, ElementType type,
                               int root) {
  return CheckAndEnqueue({.kind = Kind::kBroadcast,
                          .type = type,
                          .in = data,
                          .out = data,
                          .in_count = count,
                          .out_count = count,
                          .from = root});
}

Status Communicator::Send(const void* data, int64_t count, ElementType type,
                          int to) {
  return CheckAndEnqueue({.kind = Kind::kSend,
                          .type = type,
                          .in = data,
                          .in_count = count,
                          .to = to});
}

Status Communicator::Receive(void* data, int64_t count, ElementType type,
                             int from) {
  return CheckAndEnqueue({.kind = Kind::kReceive,
                          .type = type,
                          .out = data,
                          .out_count = count,
                          .from = from});
}

Status Communicator::SendReceive(const void* in, int64_t in_count, int to,
                                 void* out, int64_t out_count, int from,
                                 ElementType type) {
  return CheckAndEnqueue({.kind = Kind::kSendReceive,
                          .type = type,
                          .in = in,
                          .out = out,
                          .in_count = in_count,
                          .out_count = out_count,
                          .to = to,
                          .from = from});
}

Status Communicator::Barrier() {
  return CheckAndEnqueue({.kind = Kind::kBarrier, .type = ElementType::kByte});
}

}  // namespace alexnet
