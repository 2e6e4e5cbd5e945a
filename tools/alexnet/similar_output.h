// What is near a picture, told and drawn.

#ifndef ALEXNET_TOOLS_ALEXNET_SIMILAR_OUTPUT_H_
#define ALEXNET_TOOLS_ALEXNET_SIMILAR_OUTPUT_H_

#include <string>

#include "tools/alexnet/json.h"
#include "tools/alexnet/neighbours.h"
#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

std::string NeighboursText(const Neighbours& found);
Json NeighboursJson(const Neighbours& found);

// As a row of the paper's figure 4, right: the query, then the nearest, each
// the middle of the picture as a square. A picture that cannot be read any more
// is grey.
Raster NeighboursSheet(const Neighbours& found, int64_t max_pixels);
// A page of them.
std::string NeighboursPage(const Neighbours& found, int64_t max_pixels);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SIMILAR_OUTPUT_H_
