// An inspection as a page of its own, with pictures.

#ifndef ALEXNET_TOOLS_ALEXNET_INSPECTION_PAGE_H_
#define ALEXNET_TOOLS_ALEXNET_INSPECTION_PAGE_H_

#include <alexnet/alexnet.hpp>
#include <string>

#include "tools/alexnet/json.h"
#include "tools/alexnet/seeing.h"

namespace alexnet::cli {

// An HTML file that needs no other. `model`: whose values are drawn; null for a
// preset, which has none. `seen`: what it makes of a picture; may be null.
std::string InspectionPage(const Json& document, const Model* model,
                           const Seen* seen);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_INSPECTION_PAGE_H_
