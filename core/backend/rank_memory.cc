#include "core/backend/rank_memory.h"

#include <algorithm>

namespace alexnet {

void MoveRowsOnHost(const RowMove& move) {
  const float* from = move.from;
  float* to = move.to;
  for (int64_t row = 0; row < move.rows; ++row) {
    if (move.add) {
      for (int64_t i = 0; i < move.columns; ++i) to[i] += from[i];
    } else {
      std::copy_n(from, move.columns, to);
    }
    from += move.from_stride;
    to += move.to_stride;
  }
}

}  // namespace alexnet
