// What a model sees in a picture: what it is given, and what its layers make of
// that.

#ifndef ALEXNET_TOOLS_ALEXNET_SEEING_H_
#define ALEXNET_TOOLS_ALEXNET_SEEING_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/page/map_sheet.h"
#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

struct SeenLayer {
  std::string name;
  std::vector<int64_t> shape;  // (maps, height, width), or (units)
  std::vector<float> values;

  Maps maps() const {
    const bool units = shape.size() == 1;
    return {values, shape[0], units ? 1 : shape[1], units ? 1 : shape[2]};
  }
};

struct Seen {
  std::string picture;  // the path
  Raster crop;          // what the network is given, with the picture's colours
  std::vector<Prediction> top;  // five; none where it gives no probabilities
  std::vector<SeenLayer> layers;
};

// Runs the model on one view of the picture, as `predict` does. Throws Error.
Seen See(const Model& model, const std::string& picture,
         const SessionOptions& options, const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SEEING_H_
