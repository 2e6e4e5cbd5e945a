#include "core/dist/link_operation.h"

namespace alexnet {

Status CarryByLink(Collectives& link, const Operation& operation, void* token) {
  using Kind = Operation::Kind;
  const auto& [kind, type, in, out, in_count, out_count, to, from, bare] =
      operation;
  switch (kind) {
    case Kind::kAllReduce:
      return link.AllReduce(in, out, in_count, type);
    case Kind::kAllGather:
      return link.AllGather(in, out, in_count, type);
    case Kind::kReduceScatter:
      return link.ReduceScatter(in, out, out_count, type);
    case Kind::kBroadcast:
      return link.Broadcast(out, out_count, type, from);
    case Kind::kBarrier:
      return link.AllReduce(token, token, 1, ElementType::kI64);
    case Kind::kSend:
    case Kind::kReceive:
    case Kind::kSendReceive:
      return link.SendReceive(in, in_count, to, out, out_count, from, type);
  }
  return Status();
}

}  // namespace alexnet
