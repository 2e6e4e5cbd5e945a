#include "core/dist/local_work.h"

#include <cstddef>

#include "core/dist/slices.h"

namespace alexnet {
namespace {

using Kind = Operation::Kind;

const std::byte* At(const void* data, int64_t bytes) {
  return static_cast<const std::byte*>(data) + bytes;
}
std::byte* At(void* data, int64_t bytes) {
  return static_cast<std::byte*>(data) + bytes;
}

}  // namespace

Status LocalWork::Do(const Operation& operation,
                     const std::function<const Operation&(int peer)>& of_rank) {
  const int64_t count = operation.out_count;
  const int64_t bytes = count * ElementSize(operation.type);
  const auto operation_of = [&](int rank) -> const Operation& {
    return rank == rank_ ? operation : of_rank(rank);
  };
  switch (operation.kind) {
    case Kind::kAllReduce: {
      // This rank's slice, into the outputs of all.
      const Slice slice = SliceOf(operation.in_count, rank_, size_);
      const int64_t offset = slice.begin * ElementSize(operation.type);
      outputs_.clear();
      inputs_.clear();
      for (int rank = 0; rank < size_; ++rank) {
        inputs_.push_back(At(operation_of(rank).in, offset));
        outputs_.push_back(At(operation_of(rank).out, offset));
      }
      return Sum(operation.type, inputs_, slice.count(), outputs_);
    }
    case Kind::kReduceScatter:
      outputs_.assign(1, operation.out);
      inputs_.clear();
      for (int rank = 0; rank < size_; ++rank) {
        inputs_.push_back(At(operation_of(rank).in, rank_ * bytes));
      }
      return Sum(operation.type, inputs_, count, outputs_);
    case Kind::kAllGather:
      for (int rank = 0; rank < size_; ++rank) {
        ALEXNET_RETURN_IF_ERROR(CopyTo(operation_of(rank).in, bytes,
                                       At(operation.out, rank * bytes)));
      }
      return Status();
    case Kind::kBroadcast:
    case Kind::kReceive:
    case Kind::kSendReceive:
      return CopyTo(operation_of(operation.from).in, bytes, operation.out);
    case Kind::kBarrier:
    case Kind::kSend:
      return Status();
  }
  return Status();
}

Status LocalWork::CopyTo(const void* from, int64_t bytes, void* to) {
  return bytes > 0 && from != to ? Copy(from, bytes, to) : Status();
}

}  // namespace alexnet
