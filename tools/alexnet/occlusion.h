// Occlusion: on which places of a picture an answer depends, as in section 4.2
// of Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks",
// ECCV 2014.

#ifndef ALEXNET_TOOLS_ALEXNET_OCCLUSION_H_
#define ALEXNET_TOOLS_ALEXNET_OCCLUSION_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <span>
#include <vector>

namespace alexnet::cli {

struct Occlusion {
  int32_t class_index = 0;
  int64_t rows = 0;  // of places, eight at the most, as columns
  int64_t columns = 0;
  // (rows, columns): the class's, where a grey square hides the place and half
  // a place around it.
  std::vector<float> probabilities;
};

// `view` and a grey one, (C, H, W), as preprocessed by `session`, which
// computes one view for a picture.
Occlusion Occlude(Session& session, std::span<const float> view,
                  std::span<const float> grey, int32_t class_index,
                  const Limits& limits);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_OCCLUSION_H_
