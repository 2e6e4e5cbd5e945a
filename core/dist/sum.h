// Sums over ranks.

#ifndef ALEXNET_CORE_DIST_SUM_H_
#define ALEXNET_CORE_DIST_SUM_H_

#include <cstdint>
#include <span>

#include "core/backend/element.h"

namespace alexnet {

// Writes ((in[0] + in[1]) + in[2]) + ..., `count` elements of each, to every
// one of `out`. An output may be an input. At least one input; no kByte.
void SumInOrder(ElementType type, std::span<const void* const> in,
                int64_t count, std::span<void* const> out);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DIST_SUM_H_
