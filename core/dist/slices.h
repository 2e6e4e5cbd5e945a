// How the elements of a sum are divided among the ranks that add them.

#ifndef ALEXNET_CORE_DIST_SLICES_H_
#define ALEXNET_CORE_DIST_SLICES_H_

#include <algorithm>
#include <cstdint>

#include "core/base/checked_math.h"

namespace alexnet {

struct Slice {
  int64_t begin = 0;
  int64_t end = 0;
  int64_t count() const { return end - begin; }
};

// That of `rank`, of `count` elements. Slices begin at whole cache lines, where
// the elements do; the last ones may be empty.
inline Slice SliceOf(int64_t count, int rank, int size) {
  constexpr int64_t kLine = 64;  // elements; of bytes, a line of them
  const int64_t share = RoundUp((count + size - 1) / size, kLine);
  return {std::min(rank * share, count), std::min((rank + 1) * share, count)};
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_SLICES_H_
