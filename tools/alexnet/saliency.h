// Saliency: how a class's score depends on each pixel, as in section 3.1 of
// Simonyan, Vedaldi and Zisserman, "Deep Inside Convolutional Networks",
// arXiv:1312.6034.

#ifndef ALEXNET_TOOLS_ALEXNET_SALIENCY_H_
#define ALEXNET_TOOLS_ALEXNET_SALIENCY_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <span>
#include <vector>

namespace alexnet::cli {

struct Saliency {
  int32_t class_index = 0;
  int64_t rows = 0;
  int64_t columns = 0;
  // (rows, columns): the largest over the channels of how much the score, what
  // enters the softmax, changes with a preprocessed value, without its sign.
  std::vector<float> values;
};

// `view`, (C, H, W), as preprocessed by `session`, which computes one view for
// a picture.
Saliency FindSaliency(Session& session, std::span<const float> view,
                      int32_t class_index, const Limits& limits);

// What 99 of 100 values are at most: a few pixels stand far above the rest,
// and would leave a picture of them dark. 0 where nothing is finite.
float CommonMost(const Saliency& saliency);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SALIENCY_H_
