#include "core/parallel/blob_placement.h"

#include <algorithm>

namespace alexnet {

Range Intersect(const Range& a, const Range& b) {
  const int64_t begin = std::max(a.begin, b.begin);
  return {begin, std::max(begin, std::min(a.end, b.end))};
}

Range PartOf(int64_t count, int rank, int ranks) {
  return {count * rank / ranks, count * (rank + 1) / ranks};
}

BlobBox Intersect(const BlobBox& a, const BlobBox& b) {
  return {Intersect(a.samples, b.samples), Intersect(a.channels, b.channels)};
}

BlobPlacement AllChannels(int64_t channels, int ranks, bool by_samples) {
  const std::vector<Range> all(static_cast<size_t>(ranks), Range{0, channels});
  // What one rank has is all samples, too.
  return {by_samples && ranks > 1, all, all};
}

}  // namespace alexnet
