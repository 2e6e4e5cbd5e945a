// SplitLayer: a layer divided among ranks by the channels or units that it
// gives.

#ifndef ALEXNET_CORE_PARALLEL_SPLIT_LAYER_H_
#define ALEXNET_CORE_PARALLEL_SPLIT_LAYER_H_

#include <vector>

#include "core/base/status.h"
#include "core/network/layer.h"
#include "core/network/network.h"
#include "core/parallel/blob_placement.h"

namespace alexnet {

// Channels by rank.
struct SplitLayer {
  std::vector<Range> in;     // that its layer reads
  std::vector<Range> out;    // that it gives
  std::vector<Range> valid;  // that are right among those
};

// `source`: which channels of the layer's input each rank has.
//
// - Convolutions, locally and fully connected layers are divided by filters,
//   output channels and units, and read all channels that those see: of one
//   group or several whole ones, which is all of them without groups. The
//   number of ranks must divide that of groups, or the reverse, and every rank
//   have a filter.
// - Normalization across channels reads, beside the rank's own channels, those
//   that its window reaches within a group.
// - All others work on the channels that are there.
//
// Errors do not name the layer.
Result<SplitLayer> SplitByChannels(const Layer& layer,
                                   const LayerShapes& shapes,
                                   const std::vector<Range>& source);

// The layer of a rank that reads the channels `in` and gives `out`; `shapes`
// are those of the whole layer.
Layer LayerOfPart(const Layer& layer, const LayerShapes& shapes,
                  const Range& in, const Range& out);

}  // namespace alexnet

#endif  // ALEXNET_CORE_PARALLEL_SPLIT_LAYER_H_
