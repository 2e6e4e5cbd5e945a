// MapSheet: what a layer gave for one picture, map by map.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_MAP_SHEET_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_MAP_SHEET_H_

#include <cstdint>
#include <span>

#include "tools/alexnet/page/colour_map.h"
#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

// Units of a fully connected layer are maps of one by one.
struct Maps {
  std::span<const float> values;  // (count, height, width)
  int64_t count;
  int64_t height;
  int64_t width;
};

struct MapRange {
  float low = 0.0F;  // of what is finite; 0 where nothing is
  float high = 0.0F;
  int64_t zero_maps = 0;   // nothing but zeros, of either sign
  int64_t not_finite = 0;  // values
};

MapRange RangeOf(const Maps& maps);
// On that scale, magenta for what is not finite.
Colour ColourOf(float value, const MapRange& range);

// What of a layer is drawn: the first maps, one of `step` rows and columns.
struct MapExtract {
  int64_t count;
  int64_t step;
};
// The maps that have at most `values` values together; where one alone has
// more, as many of its rows and columns.
MapExtract Fitting(const Maps& maps, int64_t values);

// A pixel for each value. All maps have one scale, from dark `low` to light
// `high` (colour_map.h); a map of nothing but zeros is grey, what is not finite
// magenta. Maps stand in rows with a transparent pixel between, units side by
// side, up to 32 in one row.
Raster MapSheet(const Maps& maps, const MapRange& range,
                const MapExtract& extract);
Raster MapSheet(const Maps& maps, const MapRange& range);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_MAP_SHEET_H_
