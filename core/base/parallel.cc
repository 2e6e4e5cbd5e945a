#include "core/base/parallel.h"

#include <omp.h>

#include <algorithm>

namespace alexnet {

int TeamSize() { return omp_in_parallel() ? 1 : omp_get_max_threads(); }

namespace internal {

void ParallelForRanges(int64_t n, int64_t grain, void* fn,
                       void (*call)(void* fn, int64_t begin, int64_t end)) {
  if (n <= 0) return;
  const int64_t parts =
      std::clamp<int64_t>(n / std::max<int64_t>(grain, 1), 1, TeamSize());
  if (parts == 1) {
    call(fn, 0, n);
    return;
  }
  // The first n % parts ranges are one longer.
  const int64_t length = n / parts;
  const int64_t longer = n % parts;
  // Always the whole team, even for fewer parts: libgomp ends the threads that
  // a smaller team leaves out, and starting them again costs more than waking
  // them.
#pragma omp parallel for schedule(static, 1)
  for (int64_t part = 0; part < parts; ++part) {
    const int64_t begin = part * length + std::min(part, longer);
    call(fn, begin, begin + length + (part < longer ? 1 : 0));
  }
}

}  // namespace internal
}  // namespace alexnet
