// Grid: equal cells in a picture, row by row.

#ifndef ALEXNET_TOOLS_ALEXNET_PAGE_GRID_H_
#define ALEXNET_TOOLS_ALEXNET_PAGE_GRID_H_

#include <cstddef>
#include <cstdint>

#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

struct Grid {
  int64_t count;  // of cells, one at least
  int64_t columns;
  int64_t height;  // of a cell
  int64_t width;
  int64_t gap;  // between cells, transparent

  Raster Canvas() const;
  // The four bytes of a pixel of cell `index`.
  uint8_t* Pixel(Raster& canvas, int64_t index, int64_t y, int64_t x) const;
};

// As wide as two rows of twelve are in figure 3 of the paper, or nearly square.
int64_t ColumnsFor(int64_t count);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_PAGE_GRID_H_
