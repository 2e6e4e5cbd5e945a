// FilterSheet: the filters of a first convolution as a picture, as in figure 3
// of Krizhevsky, Sutskever and Hinton, "ImageNet Classification with Deep
// Convolutional Neural Networks", NIPS 2012.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_FILTER_SHEET_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_FILTER_SHEET_H_

#include <cstdint>
#include <span>

#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

struct Filters {
  std::span<const float> values;  // (count, channels, height, width)
  int64_t count;
  int64_t channels;  // 1 or 3
  int64_t height;
  int64_t width;
  bool blue_first = false;  // channels are blue, green, red
};

// A pixel for each weight, and one that is transparent between filters. Each
// filter has its own scale: zero is mid-grey, its largest magnitude black or
// white. What is not finite is magenta.
Raster FilterSheet(const Filters& filters);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_FILTER_SHEET_H_
