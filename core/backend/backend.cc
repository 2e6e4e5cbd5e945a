#include "core/backend/backend.h"

#include "core/backend/dead_units.h"

namespace alexnet {

int64_t Backend::CountDeadUnits(const Format& format, const void* blob) const {
  const int64_t samples = format.shape[0];
  const int64_t run = format.bytes / static_cast<int64_t>(sizeof(float)) /
                      samples;  // with padding
  const int64_t padding = run - format.shape.elements() / samples;
  return CountZeroUnits(static_cast<const float*>(blob), samples, run) -
         padding;
}

}  // namespace alexnet
