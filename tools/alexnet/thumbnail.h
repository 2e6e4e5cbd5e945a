// Small pictures for pages.

#ifndef ALEXNET_TOOLS_ALEXNET_THUMBNAIL_H_
#define ALEXNET_TOOLS_ALEXNET_THUMBNAIL_H_

#include <alexnet/alexnet.hpp>
#include <string>

namespace alexnet::cli {

struct Thumbnail {
  std::string png;
  bool coarse = false;  // of so few pixels that they are to be seen
};

Thumbnail ThumbnailOf(const alexnet_image& image);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_THUMBNAIL_H_
