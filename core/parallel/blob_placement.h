// BlobPlacement: which part of a blob each rank has.

#ifndef ALEXNET_CORE_PARALLEL_BLOB_PLACEMENT_H_
#define ALEXNET_CORE_PARALLEL_BLOB_PLACEMENT_H_

#include <cstdint>
#include <vector>

namespace alexnet {

struct Range {
  int64_t begin = 0;
  int64_t end = 0;

  int64_t count() const { return end - begin; }
  bool empty() const { return end <= begin; }
  bool operator==(const Range&) const = default;
};

// What both have; empty where they are apart.
Range Intersect(const Range& a, const Range& b);

// The part of `rank` of `count` things: parts follow one another by rank and
// differ by one at most.
Range PartOf(int64_t count, int rank, int ranks);

// A part of a blob (N, C, H, W) or (N, F), all positions of it. Numbers are
// those of the whole network's blob.
struct BlobBox {
  Range samples;
  Range channels;  // or units

  bool empty() const { return samples.empty() || channels.empty(); }
  bool operator==(const BlobBox&) const = default;
};

BlobBox Intersect(const BlobBox& a, const BlobBox& b);

// A rank's part of the blob is dense: its samples by its channels, both in the
// whole network's order.
struct BlobPlacement {
  // Each rank has its own samples, all channels of them; else each has all
  // samples, and perhaps not all channels.
  bool by_samples = false;
  std::vector<Range> holds;  // channels by rank
  // What of them is right: normalization across channels leaves a halo that
  // is not.
  std::vector<Range> valid;

  int ranks() const { return static_cast<int>(holds.size()); }
  bool operator==(const BlobPlacement&) const = default;
};

// Of all channels on all ranks.
BlobPlacement AllChannels(int64_t channels, int ranks, bool by_samples);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_BLOB_PLACEMENT_H_
