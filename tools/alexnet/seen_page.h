// What a model sees in a picture, as sections of its page.

#ifndef ALEXNET_TOOLS_ALEXNET_SEEN_PAGE_H_
#define ALEXNET_TOOLS_ALEXNET_SEEN_PAGE_H_

#include "tools/alexnet/json.h"
#include "tools/alexnet/page/html.h"
#include "tools/alexnet/seeing.h"

namespace alexnet::cli {

// The crop, the likeliest classes as in figure 4 of the paper, and what each of
// ten crops is taken for. `document`: with "picture".
Html SeenSection(const Json& document, const Seen& seen);

// Each layer's maps, of large networks a part of them: a few megabytes at most.
Html MapsSection(const Seen& seen);

}  // namespace alexnet::cli

#endif  // ALEXNET_TOOLS_ALEXNET_SEEN_PAGE_H_
