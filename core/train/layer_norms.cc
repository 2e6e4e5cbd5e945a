#include "core/train/layer_norms.h"

#include <cmath>
#include <cstddef>
#include <map>

namespace alexnet {

std::vector<LayerNorms> NormsByLayer(const Network& network,
                                     const NetworkInfo& info,
                                     const SquaredNorms& squared) {
  std::map<int, LayerNorms> sums;  // by layer
  for (size_t i = 0; i < info.parameters.size(); ++i) {
    LayerNorms& sum = sums[info.parameters[i].layer];
    sum.weight += squared.weights[i];
    sum.gradient += squared.gradients[i];
    sum.update += squared.updates[i];
  }
  std::vector<LayerNorms> norms;
  for (const auto& [layer, sum] : sums) {
    norms.push_back({network.layers[static_cast<size_t>(layer)].name,
                     std::sqrt(sum.weight), std::sqrt(sum.gradient),
                     std::sqrt(sum.update)});
  }
  return norms;
}

}  // namespace alexnet
