// The loops behind Backend::CountDeadUnits and MarkAliveUnits.

#ifndef ALEXNET_CORE_BACKEND_DEAD_UNITS_H_
#define ALEXNET_CORE_BACKEND_DEAD_UNITS_H_

#include <algorithm>
#include <cstdint>

namespace alexnet {

// `blob` is `samples` runs of `units` elements. Counts the positions that are
// zero in every run. Most units are seen alive within a few samples, so that
// little of the blob is read.
template <typename T>
int64_t CountZeroUnits(const T* blob, int64_t samples, int64_t units) {
  constexpr int64_t kBlock = 16;  // units looked at together: one cache line
  int64_t dead = 0;
  for (int64_t first = 0; first < units; first += kBlock) {
    const int64_t count = std::min(kBlock, units - first);
    bool alive[kBlock] = {};
    int64_t left = count;
    for (int64_t n = 0; n < samples && left > 0; ++n) {
      const T* row = blob + n * units + first;
      left = 0;
      for (int64_t u = 0; u < count; ++u) {
        alive[u] = alive[u] || row[u] != T{0};
        left += alive[u] ? 0 : 1;
      }
    }
    dead += left;
  }
  return dead;
}

// Sets marks[u] to 1 where position u is not zero in every run.
template <typename T>
void MarkNonzeroUnits(const T* blob, int64_t samples, int64_t units,
                      float* marks) {
  for (int64_t n = 0; n < samples; ++n) {
    const T* row = blob + n * units;
    for (int64_t u = 0; u < units; ++u) {
      if (row[u] != T{0}) marks[u] = 1.0f;
    }
  }
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_BACKEND_DEAD_UNITS_H_
