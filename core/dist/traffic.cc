#include "core/dist/traffic.h"

#include "core/backend/element.h"

namespace alexnet {

using Kind = Operation::Kind;

void Traffic::Add(const Operation& operation, int rank, int size) {
  Count& count = counts_[static_cast<size_t>(operation.kind)];
  ++count.operations;
  if (operation.kind == Kind::kBroadcast && operation.from != rank) return;
  const int64_t parts = operation.kind == Kind::kReduceScatter ? size : 1;
  count.bytes += parts * operation.in_count * ElementSize(operation.type);
}

int64_t Traffic::bytes() const {
  int64_t bytes = 0;
  for (const Count& count : counts_) bytes += count.bytes;
  return bytes;
}

}  // namespace alexnet
