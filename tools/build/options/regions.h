// Regions: the generated parts of files. A region is what stands between
//
//   BEGIN options: EMITTER SUBJECT [NAME=VALUE...]
//   END options
//
// each in a comment on a line of its own.

#ifndef ALEXNET_TOOLS_BUILD_OPTIONS_REGIONS_H_
#define ALEXNET_TOOLS_BUILD_OPTIONS_REGIONS_H_

#include <functional>
#include <string>

#include "tools/build/options/emit.h"

namespace alexnet::options {

// `text` with every region made anew by `emit`, indented as its first line is.
// Throws std::runtime_error that names the line of what is wrong.
std::string MakeRegions(const std::string& text,
                        const std::function<std::string(const Request&)>& emit);

}  // namespace alexnet::options

#endif  // ALEXNET_TOOLS_BUILD_OPTIONS_REGIONS_H_
