#include "core/parallel/transfers.h"

#include <cassert>

namespace alexnet {
namespace {

// Adds the transfers of `part`, which `to` has not, from those ranks that do.
void FromOthers(const BlobPlacement& from, int to, const BlobBox& part,
                std::vector<Transfer>* transfers) {
  Range missing = part.channels;
  for (int rank = 0; rank < from.ranks() && !missing.empty(); ++rank) {
    const Range& has = from.valid[static_cast<size_t>(rank)];
    const Range found = Intersect(missing, has);
    if (found.empty() || found.begin != missing.begin) continue;
    transfers->push_back({rank, to, {part.samples, found}});
    missing.begin = found.end;
  }
  assert(missing.empty());
}

// All ranks have all samples.
void ByChannels(const BlobPlacement& from, int to, const BlobBox& needed,
                std::vector<Transfer>* transfers) {
  const Range& needs = needed.channels;
  const Range own = Intersect(needs, from.valid[static_cast<size_t>(to)]);
  if (own.empty()) return FromOthers(from, to, needed, transfers);
  FromOthers(from, to, {needed.samples, {needs.begin, own.begin}}, transfers);
  transfers->push_back({to, to, {needed.samples, own}});
  FromOthers(from, to, {needed.samples, {own.end, needs.end}}, transfers);
}

}  // namespace

std::vector<Transfer> TransfersOf(const ParallelPlan& plan,
                                  const ExchangeNode& node, int pass,
                                  int64_t batch) {
  std::vector<Transfer> transfers;
  for (int to = 0; to < plan.options.ranks; ++to) {
    const BlobBox needed = plan.BoxOf(node.to, node.layer, to, pass, batch);
    if (needed.empty()) continue;
    if (!node.from.by_samples) {
      ByChannels(node.from, to, needed, &transfers);
      continue;
    }
    for (int rank = 0; rank < plan.options.ranks; ++rank) {
      // The layer before may not be in passes.
      const BlobBox has =
          plan.BoxOf(node.from, node.layer - 1, rank, pass, batch);
      const BlobBox found = Intersect(needed, has);
      if (!found.empty()) transfers.push_back({rank, to, found});
    }
  }
  return transfers;
}

}  // namespace alexnet
