// Where buffers of known lifetimes go in one block of memory.

#ifndef ALEXNET_CORE_EXEC_ARENA_H_
#define ALEXNET_CORE_EXEC_ARENA_H_

#include <cstdint>
#include <span>
#include <vector>

namespace alexnet {

// A buffer in use during the steps first to last, both included.
struct ArenaRequest {
  int64_t bytes = 0;
  int first = 0;
  int last = 0;
};

struct ArenaLayout {
  std::vector<int64_t> offsets;  // by request; multiples of kArenaAlignment
  int64_t bytes = 0;
};

// What device code asks of buffers; more than AlignedBuffer's 64, so that on
// the host only offsets are multiples of it.
inline constexpr int64_t kArenaAlignment = 256;

// Buffers whose lifetimes overlap get disjoint bytes. Each goes into the
// tightest gap that the overlapping ones leave, once largest first and once in
// the order of their lives; the smaller of the two layouts is taken.
ArenaLayout PlanArena(std::span<const ArenaRequest> requests);

}  // namespace alexnet

#endif  // ALEXNET_CORE_EXEC_ARENA_H_
