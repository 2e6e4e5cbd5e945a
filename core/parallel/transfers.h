// TransfersOf: what an exchange brings from which rank to which.

#ifndef ALEXNET_CORE_PARALLEL_TRANSFERS_H_
#define ALEXNET_CORE_PARALLEL_TRANSFERS_H_

#include <cstdint>
#include <vector>

#include "core/parallel/blob_placement.h"
#include "core/parallel/parallel_plan.h"

namespace alexnet {

// Forward, the values of `box` are copied. Backward, their gradients go from
// `to` to `from` and are added there; what no transfer reads gets a gradient of
// zero.
struct Transfer {
  int from = 0;
  int to = 0;
  BlobBox box;

  bool operator==(const Transfer&) const = default;
};

// They fill what each rank needs, each element once: by a rank's own values
// where it has them, else by those of the lowest rank that does. In order of
// receivers.
std::vector<Transfer> TransfersOf(const ParallelPlan& plan,
                                  const ExchangeNode& node, int pass,
                                  int64_t batch);

// Where the element at (sample, channel) lies in a rank's dense `box`, in units
// of one channel's positions.
inline int64_t OffsetIn(const BlobBox& box, int64_t sample, int64_t channel) {
  return (sample - box.samples.begin) * box.channels.count() + channel -
         box.channels.begin;
}

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_TRANSFERS_H_
