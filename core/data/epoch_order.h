// The order in which an epoch goes through its samples.

#ifndef ALEXNET_CORE_DATA_EPOCH_ORDER_H_
#define ALEXNET_CORE_DATA_EPOCH_ORDER_H_

#include <cstdint>
#include <vector>

namespace alexnet {

// A permutation of 0, ..., count - 1 (count below 2^32), drawn from Philox by
// (seed, epoch): uniform, and the same on every machine.
std::vector<int64_t> EpochOrder(int64_t count, uint64_t seed, int64_t epoch);

}  // namespace alexnet

#endif  // ALEXNET_CORE_DATA_EPOCH_ORDER_H_
