// Which rows of features are nearest to another (the paper's figure 4, right).

#ifndef ALEXNET_CORE_INFER_NEAREST_H_
#define ALEXNET_CORE_INFER_NEAREST_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/base/status.h"

namespace alexnet {

struct Neighbour {
  int64_t index = 0;      // of the row
  double distance = 0.0;  // Euclidean; NaN where a row is not finite
};

// The `most` of `rows`, each of query's size, that are nearest to `query`:
// nearest first, equal ones by index, NaN last. Sums are float64.
Result<std::vector<Neighbour>> FindNearest(std::span<const float> rows,
                                           std::span<const float> query,
                                           size_t most);

}  // namespace alexnet

#endif  // ALEXNET_CORE_INFER_NEAREST_H_
