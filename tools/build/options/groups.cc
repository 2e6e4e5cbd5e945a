#include "tools/build/options/groups.h"

namespace alexnet::options {

const std::vector<const Group*>& Groups() {
  static const auto* groups = [] {
    auto* all = new std::vector<const Group*>();
    for (const auto& kind :
         {RecipeGroups(), PreprocessingGroups(), LayerGroups(), RunGroups()}) {
      all->insert(all->end(), kind.begin(), kind.end());
    }
    return all;
  }();
  return *groups;
}

}  // namespace alexnet::options
