// HeatMap: values laid over a picture.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_HEAT_MAP_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_HEAT_MAP_H_

#include "tools/alexnet/page/map_sheet.h"
#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

// The picture without its colours under the one map, whose values are spread
// over it evenly, from dark `low` to light `high`; what is not finite is
// magenta.
Raster HeatMap(const Raster& picture, const Maps& map, const MapRange& range);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_HEAT_MAP_H_
