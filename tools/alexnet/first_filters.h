// The filters of a model's first convolution, drawn.

#ifndef ALEXNET_TOOLS_ALEXNET_FIRST_FILTERS_H_
#define ALEXNET_TOOLS_ALEXNET_FIRST_FILTERS_H_

#include <alexnet/alexnet.hpp>
#include <string>
#include <vector>

#include "tools/alexnet/json.h"
#include "tools/alexnet/page/raster.h"

namespace alexnet::cli {

struct TowerFilters {
  Raster sheet;       // as FilterSheet draws them
  std::string words;  // which they are; printable
};

struct FirstFilters {
  std::vector<TowerFilters> towers;  // one where there are no towers
  std::string missing;               // why there is nothing to draw; else ""
};

// `document`: the inspection of `model`.
FirstFilters DrawFirstFilters(const Json& document, const Model& model);

// One picture of all towers, the first above, each weight large enough to be
// seen.
Raster FilterPicture(const FirstFilters& filters);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_FIRST_FILTERS_H_
