// Blob shapes as the loops want them.

#ifndef ALEXNET_CORE_BACKEND_REFERENCE_EXTENTS_H_
#define ALEXNET_CORE_BACKEND_REFERENCE_EXTENTS_H_

#include <cstdint>

#include "core/tensor/tensor.h"

namespace alexnet::reference {

// (1, F) counts as F channels of one position.
struct Extents {
  int64_t c = 1;
  int64_t h = 1;
  int64_t w = 1;

  explicit Extents(const Shape& shape)
      : c(shape[1]),
        h(shape.rank() > 2 ? shape[2] : 1),
        w(shape.rank() > 3 ? shape[3] : 1) {}
  int64_t elements() const { return c * h * w; }
};

}  // namespace alexnet::reference

#endif  // ALEXNET_CORE_BACKEND_REFERENCE_EXTENTS_H_
