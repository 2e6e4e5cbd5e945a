// Plain values that ranks tell each other, and wait for. Ranks are of one
// build, so that a value is its bytes. All ranks make the same calls.

#ifndef ALEXNET_CORE_DIST_VALUES_H_
#define ALEXNET_CORE_DIST_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "core/base/status.h"
#include "core/dist/communicator.h"

namespace alexnet {

// Rank 0's to all, in the host's memory.
template <typename T>
Status BroadcastFromRank0(T* value, Communicator& comm) {
  static_assert(std::is_trivially_copyable_v<T>);
  ALEXNET_RETURN_IF_ERROR(comm.Broadcast(value, static_cast<int64_t>(sizeof(T)),
                                         ElementType::kByte, /*root=*/0));
  return comm.Finish();
}

// Those of all ranks, by rank.
template <typename T>
Result<std::vector<T>> GatherFromAll(const T& own, Communicator& comm) {
  static_assert(std::is_trivially_copyable_v<T>);
  std::vector<T> all(static_cast<size_t>(comm.size()));
  ALEXNET_RETURN_IF_ERROR(comm.AllGather(
      &own, all.data(), static_cast<int64_t>(sizeof(T)), ElementType::kByte));
  ALEXNET_RETURN_IF_ERROR(comm.Finish());
  return all;
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_VALUES_H_
