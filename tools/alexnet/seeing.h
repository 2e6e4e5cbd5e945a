// What a model sees in a picture: what it is given, and what its layers make of
// that.

#ifndef ALEXNET_TOOLS_ALEXNET_SEEING_H_
#define ALEXNET_TOOLS_ALEXNET_SEEING_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "tools/alexnet/occlusion.h"
#include "tools/alexnet/page/map_sheet.h"
#include "tools/alexnet/page/raster.h"
#include "tools/alexnet/saliency.h"

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

// One of the views of ten-crop testing.
struct SeenCrop {
  std::string view;  // "top left", "centre, mirrored"
  Raster picture;
  Prediction vote;  // the likeliest
};

struct Seen {
  std::string picture;  // the path
  Raster crop;          // what the network is given, with the picture's colours
  std::vector<SeenLayer> layers;
  // Five. They and what follows are none where it gives no probabilities.
  std::vector<Prediction> top;
  std::vector<Prediction> ten_crop_top;  // of the mean of ten crops
  std::vector<SeenCrop> crops;
  Occlusion occlusion;  // of the likeliest class, as the saliency
  Saliency saliency;
};

// Runs the model on one view of the picture, as `predict` does, and on ten.
// Throws Error.
Seen See(const Model& model, const std::string& picture,
         const SessionOptions& options, const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SEEING_H_
