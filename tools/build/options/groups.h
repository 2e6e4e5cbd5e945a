// The groups of the description, one source for each kind.

#ifndef ALEXNET_TOOLS_BUILD_OPTIONS_GROUPS_H_
#define ALEXNET_TOOLS_BUILD_OPTIONS_GROUPS_H_

#include <vector>

#include "tools/build/options/description.h"

namespace alexnet::options {

std::vector<const Group*> RecipeGroups();
std::vector<const Group*> PreprocessingGroups();
std::vector<const Group*> LayerGroups();
std::vector<const Group*> RunGroups();

}  // namespace alexnet::options

#endif  // ALEXNET_TOOLS_BUILD_OPTIONS_GROUPS_H_
