// Small pictures for pages.

#ifndef ALEXNET_TOOLS_ALEXNET_THUMBNAIL_H_
#define ALEXNET_TOOLS_ALEXNET_THUMBNAIL_H_

#include <alexnet/alexnet.hpp>
#include <cstdint>
#include <string>

#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

struct Thumbnail {
  std::string png;
  bool coarse = false;  // of so few pixels that they are to be seen
};

Thumbnail ThumbnailOf(const alexnet_image& image);

// The largest square in its middle, as one of `side` by `side` pixels.
Raster MiddleSquare(const alexnet_image& image, uint32_t side);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_THUMBNAIL_H_
